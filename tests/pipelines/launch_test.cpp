// The README's gst-launch line with the shipped model, for videos of several sizes, and with wrong
// input.
#include "media/video_reader.h"
#include "media/video_writer.h"
#include "support/expect_error.h"
#include "support/pictures.h"
#include "support/shell.h"
#include "support/temporary_folder.h"

namespace stip {
namespace {

using test::Picture;
using test::TemporaryFolder;
using test::write_bytes;
using training::VideoReader;

constexpr int kFrames = 8;
constexpr double kDefaultRate = 10;

class Launch : public testing::Test {
 protected:
  // A lossless video of a moving square.
  std::string write_video(int width, int height) {
    const std::string path = folder_.file("in.avi");
    const auto writer = training::open_video_writer(path, {static_cast<int>(kDefaultRate), 1});
    for (int t = 0; t < kFrames; ++t) writer->write(Picture::moving(width, height, 3 * t).view());
    writer->finish();
    return path;
  }

  test::ShellResult launch(const std::string& input, const std::string& properties) {
    return test::run_shell(
        folder_.path(),
        "timeout -s KILL 120 gst-launch-1.0 -q filesrc location=" + input +
            " ! decodebin ! videoconvert ! stippredict " + properties +
            " ! videoconvert ! videoscale ! "
            "'video/x-raw,format=I420,width=[2,8192,2],height=[2,8192,2]'"
            " ! x264enc speed-preset=ultrafast ! mp4mux ! filesink location=out.mp4");
  }

  void expect_refused(const std::string& model, const std::string& text) {
    const auto result = launch(input_, "model=" + model);
    EXPECT_EQ(result.code, 255) << result.text;  // gst-launch's own; no crash, not the time limit
    EXPECT_THAT(result.text, testing::HasSubstr(text));
    EXPECT_EQ(count(result.text, "ERROR: from element"), 1) << result.text;
  }

  static int count(const std::string& text, const std::string& part) {
    int found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
  }

  TemporaryFolder folder_;
  std::string input_;
};

class LaunchOfSize : public Launch, public testing::WithParamInterface<std::pair<int, int>> {};

TEST_P(LaunchOfSize, GivesAsManyFramesAsCameIn) {
  const auto [width, height] = GetParam();
  const auto result =
      launch(write_video(width, height), "model=" STIP_SMALL " horizon=5 output=side-by-side");
  ASSERT_EQ(result.code, 0) << result.text;
  VideoReader reader(folder_.file("out.mp4"));
  const auto index = reader.index();
  EXPECT_EQ(index->count(), kFrames);
  EXPECT_NEAR(index->width, 2 * width, 1);  // the encoder takes even sizes only
  EXPECT_NEAR(index->height, height, 1);
  for (int t = 0; t < kFrames; ++t) {
    EXPECT_NEAR(static_cast<double>(index->pts[static_cast<std::size_t>(t)] - index->pts[0]) / 1e9,
                t / kDefaultRate, 1e-3);
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, LaunchOfSize,
                         testing::Values(std::pair{640, 272}, std::pair{176, 144},
                                         std::pair{1280, 720}, std::pair{511, 333},
                                         std::pair{16, 16}));

TEST_F(Launch, RefusesBadModelFilesWithOneErrorAndAnExitCode) {
  input_ = write_video(64, 48);
  expect_refused("none.safetensors", "none.safetensors");
  write_bytes(folder_.file("empty.safetensors"), "");
  expect_refused("empty.safetensors", "it is empty");
  const std::string whole = test::read_bytes(STIP_SMALL);
  for (const double share : {0.0001, 0.01, 0.5, 0.999}) {
    write_bytes(
        folder_.file("cut.safetensors"),
        whole.substr(0, static_cast<std::size_t>(share * static_cast<double>(whole.size()))));
    expect_refused("cut.safetensors", "cut.safetensors");
  }
  write_bytes(folder_.file("foreign.safetensors"), test::read_bytes("/bin/sh").substr(0, 100000));
  expect_refused("foreign.safetensors", "not a safetensors model file");
  expect_refused("/tmp", "not a file");
  expect_refused("'\"\"'", "no model is set");
}

TEST_F(Launch, RunsInRecurrentUseAndWithSourceStamps) {
  input_ = write_video(64, 48);
  for (const char* properties :
       {"model=" STIP_SMALL " state=recurrent", "model=" STIP_SMALL " timestamps=source context=2",
        "model=" STIP_SMALL " resize=scale threads=1 device=cpu"}) {
    const auto result = launch(input_, properties);
    EXPECT_EQ(result.code, 0) << properties << "\n" << result.text;
    EXPECT_GT(VideoReader(folder_.file("out.mp4")).index()->count(), 0);
  }
}

}  // namespace
}  // namespace stip
