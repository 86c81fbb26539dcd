#pragma once

#include <gmock/gmock.h>

#include "media/video_writer.h"
#include "support/pictures.h"
#include "support/shell.h"
#include "support/temporary_folder.h"

namespace stip::training {

/// The program stip-train as a user runs it, in a folder of its own, with tiny videos and a tiny
/// network.
class ProgramTest : public testing::Test {
 protected:
  static constexpr const char* kModel =
      "model: {height: 16, width: 16, patch: 2, levels: 2, layers: 1, hidden: 8, kernel: 3, "
      "context: 3, norm: channel, output: residual}\ndiscriminator: {hidden: 8}\n";

  test::ShellResult run(const std::string& arguments) {
    return test::run_shell(folder_.path(), "OMP_NUM_THREADS=1 " STIP_TRAIN " " + arguments);
  }

  void expect_ok(const std::string& arguments) {
    const test::ShellResult result = run(arguments);
    EXPECT_EQ(result.code, 0) << arguments << "\n" << result.text;
  }

  void expect_refused(const std::string& arguments, const std::string& text) {
    const test::ShellResult result = run(arguments);
    EXPECT_TRUE(result.code == 1 || result.code == 2) << arguments << ": exit code " << result.code;
    EXPECT_THAT(result.text, testing::HasSubstr(text));
  }

  // A lossless video of a square moving to the right.
  void write_video(const std::string& name, int frames = 24, int width = 40, int height = 32,
                   int darker = 0) {
    const auto writer = open_frame_writer(folder_.file(name), FrameRate{10, 1});
    for (int t = 0; t < frames; ++t) {
      test::Picture picture = test::Picture::moving(width, height, t % 24);
      for (auto& value : picture.pixels) value = static_cast<std::uint8_t>(value - darker);
      writer->write(picture.view());
    }
    writer->finish();
  }

  // A video for training, and another one for validation.
  void write_data() {
    write_video("train.avi");
    write_video("held.avi", 12, 40, 32, 20);
  }

  std::string fit_config(const std::string& more = "") {
    test::write_bytes(
        folder_.file("c.yaml"),
        std::string(kModel) +
            "data: {train: [train.avi], validation: [held.avi], total: 6, crop: 16}\n"
            "train: {iterations: 6, batch: 2, checkpoint_every: 3, validate_every: 3, "
            "log_every: 1, "
            "validation_horizon: 2, threads: 1}\n" +
            more);
    return "c.yaml";
  }

  test::TemporaryFolder folder_;
};

}  // namespace stip::training
