// The README's first command on a short clip, and a look at what it made.
#include <cmath>

#include "data/frame_source.h"
#include "media/picture.h"
#include "media/video_reader.h"
#include "media/video_writer.h"
#include "support/expect_error.h"
#include "support/shell.h"
#include "support/temporary_folder.h"

namespace stip {
namespace {

using test::TemporaryFolder;
using training::FrameRate;
using training::Image;
using training::VideoReader;

constexpr int kFrames = 16;
constexpr int kHorizon = 1;
constexpr int kContext = 4;

// What a part of the pictures says about a prediction: sums over values that move.
struct Moving {
  double count = 0;
  double predicted_error = 0;  ///< squared
  double copied_error = 0;     ///< squared
  double change = 0;           ///< |prediction - copy|, levels
};

class Demo : public testing::Test {
 protected:
  void SetUp() override {
    // Half of the sample clip's picture, where people walk; none of these frames was trained on.
    const auto source = training::open_source(STIP_SOURCE_DIR "/pipelines/media/square.mp4");
    const auto writer = training::open_video_writer(folder_.file("in.avi"), FrameRate{10, 1});
    for (const Image& frame : source->read(numbers())) {
      const FrameView whole = frame.view();
      input_.push_back(crop(whole));
      writer->write(input_.back().view());
    }
    writer->finish();
  }

  static std::vector<std::int64_t> numbers() {
    std::vector<std::int64_t> result;
    for (int t = 0; t < kFrames; ++t) result.push_back(40 + t);
    return result;
  }

  static Image crop(const FrameView& whole) {
    constexpr int kX = 256, kY = 128, kWidth = 384, kHeight = 256;
    Image image(kWidth, kHeight);
    for (int y = 0; y < kHeight; ++y) {
      std::copy_n(whole.data + (y + kY) * whole.stride + 3 * kX, 3 * kWidth,
                  image.pixels.data() + y * image.stride());
    }
    return image;
  }

  test::ShellResult demo(const std::string& arguments) {
    return test::run_shell(
        folder_.path(), "STIP_BUILD=" STIP_BUILD_DIR " STIP_HORIZON=" + std::to_string(kHorizon) +
                            " timeout -s KILL 280 " STIP_SOURCE_DIR "/pipelines/demo.sh " +
                            arguments);
  }

  // Frame t's right half against the true frame t and the one a horizon before.
  void look(const Image& shown, int t, Moving* moving) const {
    const Image& truth = input_[static_cast<std::size_t>(t)];
    const Image& copy = input_[static_cast<std::size_t>(t - kHorizon)];
    for (int y = 0; y < truth.height; ++y) {
      for (int i = 0; i < 3 * truth.width; ++i) {
        const auto at = static_cast<std::size_t>(y * truth.stride() + i);
        const double really = truth.pixels[at], before = copy.pixels[at];
        if (std::abs(really - before) < 25) continue;  // what moves
        const double predicted =
            shown.pixels[static_cast<std::size_t>(y * shown.stride() + 3 * truth.width + i)];
        ++moving->count;
        moving->predicted_error += (predicted - really) * (predicted - really);
        moving->copied_error += (before - really) * (before - really);
        moving->change += std::abs(predicted - before);
      }
    }
  }

  TemporaryFolder folder_;
  std::vector<Image> input_;
};

TEST_F(Demo, ShowsAFutureThatIsBetterThanCopyingWhereThingsMove) {
  const auto result = demo("in.avi out.mp4");
  ASSERT_EQ(result.code, 0) << result.text;
  for (const char* said : {"copy-last", "frames/s", "\n        1 ", "\n        5 "}) {
    EXPECT_THAT(result.text, testing::HasSubstr(said));
  }
  VideoReader reader(folder_.file("out.mp4"));
  const auto index = reader.index();
  ASSERT_EQ(index->count(), kFrames);
  EXPECT_EQ(index->width, 2 * input_[0].width);
  Moving moving;
  for (int t = 0; t < kFrames; ++t) {
    const auto frame = reader.read();
    ASSERT_TRUE(frame);
    EXPECT_NEAR(static_cast<double>(frame->pts - index->pts[0]) / 1e9, t / 10.0, 1e-3);
    if (t >= kContext - 1 + kHorizon) look(frame->image, t, &moving);
  }
  ASSERT_GT(moving.count, 1000);
  RecordProperty("change", std::to_string(moving.change / moving.count));
  EXPECT_GT(moving.change / moving.count, 10);  // copying shows 4 levels of coding noise here
  EXPECT_LT(moving.predicted_error, 0.9 * moving.copied_error);
}

TEST_F(Demo, SaysWhatIsWrongWithItsInput) {
  const auto missing = demo("none.mp4");
  EXPECT_EQ(missing.code, 1);
  EXPECT_THAT(missing.text, testing::HasSubstr("'none.mp4' does not exist"));
  test::write_bytes(folder_.file("text.mp4"), "no video");
  EXPECT_EQ(demo("text.mp4 out.mp4").code, 1);
  EXPECT_FALSE(std::filesystem::exists(folder_.file("out.mp4")));
  EXPECT_EQ(test::run_shell(folder_.path(), "ls -A").text,
            "in.avi\ntext.mp4\n");  // and leaves nothing behind
}

}  // namespace
}  // namespace stip
