// stip-train built without GStreamer: what a training machine needs of it, and what it refuses.
#include <gmock/gmock.h>

#include <filesystem>

#include "data/frame_archive.h"
#include "media/picture.h"
#include "support/pictures.h"
#include "support/shell.h"
#include "support/temporary_folder.h"

namespace stip::training {
namespace {

using testing::HasSubstr;
using testing::Not;

class PlainProgramTest : public testing::Test {
 protected:
  void SetUp() override {
    write_folder("train", 12, 0);
    write_folder("held", 10, 20);
    make_archives({folder_.file("train")}, folder_.path(), {},
                  [](const std::string&) { return true; });
  }

  void write_folder(const std::string& name, int frames, int darker) {
    std::filesystem::create_directories(folder_.file(name));
    for (int t = 0; t < frames; ++t) {
      test::Picture picture = test::Picture::moving(40, 32, t);
      for (auto& value : picture.pixels) value = static_cast<std::uint8_t>(value - darker);
      write_png(folder_.file(name + "/" + std::to_string(t) + ".png"), picture.view());
    }
  }

  test::ShellResult run(const std::string& arguments) {
    return test::run_shell(folder_.path(), "OMP_NUM_THREADS=1 " STIP_TRAIN_PLAIN " " + arguments);
  }

  void expect_ok(const std::string& arguments) {
    const test::ShellResult result = run(arguments);
    EXPECT_EQ(result.code, 0) << arguments << "\n" << result.text;
  }

  void expect_refused(const std::string& arguments, const std::string& text) {
    const test::ShellResult result = run(arguments);
    EXPECT_TRUE(result.code == 1 || result.code == 2) << arguments << ": exit code " << result.code;
    EXPECT_THAT(result.text, HasSubstr(text));
  }

  test::TemporaryFolder folder_;
};

TEST_F(PlainProgramTest, LinksNoGStreamer) {
  const auto linked = test::run_shell(folder_.path(), "ldd " STIP_TRAIN_PLAIN);
  EXPECT_EQ(linked.code, 0);
  EXPECT_THAT(linked.text, HasSubstr("libstip-torch"));
  EXPECT_THAT(linked.text, Not(HasSubstr("libgst")));
}

TEST_F(PlainProgramTest, TrainsEvaluatesAndPredictsFromPicturesAndArchives) {
  test::write_bytes(
      folder_.file("c.yaml"),
      "model: {height: 16, width: 16, patch: 2, levels: 2, layers: 1, hidden: 8, kernel: 3, "
      "context: 3, norm: channel, output: residual}\n"
      "discriminator: {hidden: 8}\n"
      "data: {train: [train.frames], validation: [held/], total: 6, crop: 16}\n"
      "train: {iterations: 4, batch: 2, checkpoint_every: 2, validate_every: 2, log_every: 1, "
      "validation_horizon: 2, threads: 1}\n");
  expect_ok("fit c.yaml -o run");
  EXPECT_TRUE(std::filesystem::exists(folder_.file("run/model.safetensors")));
  EXPECT_TRUE(std::filesystem::exists(folder_.file("run/report.html")));
  expect_ok("eval run/model.safetensors held --horizon 2 --json scores.json");
  expect_ok("predict run/model.safetensors train.frames --horizon 2 -o future");
  EXPECT_TRUE(std::filesystem::exists(folder_.file("future/000001.png")));
  expect_refused("predict run/model.safetensors train.frames --horizon 2 -o a.mp4",
                 "give a folder for PNG pictures");
  expect_ok("check-data train.frames held");
}

TEST_F(PlainProgramTest, MakesScenesWithoutEncoders) {
  expect_ok("prepare synthetic scenes train.frames --scenes 3 --frames 3 --size 64x64 --uncoded");
  EXPECT_TRUE(std::filesystem::exists(folder_.file("scenes/scene-00003/2.png")));
  expect_refused("prepare synthetic scenes --scenes 3 --frames 3 --size 64x64", "synthetic.json");
  expect_refused("prepare synthetic coded --scenes 6 --frames 3 --size 64x64", "--uncoded");
}

TEST_F(PlainProgramTest, SaysWhatVideosNeed) {
  test::write_bytes(folder_.file("a.mp4"), "whatever");
  expect_refused("eval copy-last a.mp4", "without: give a folder of PNG pictures, or an archive");
  test::write_bytes(folder_.file("a.jpg"), "whatever");
  expect_refused("eval copy-last a.jpg", "needs GStreamer");
}

}  // namespace
}  // namespace stip::training
