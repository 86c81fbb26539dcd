// Whole synthetic scenes, and the folders they are written to.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "data/source_spec.h"
#include "data/synthetic_folder.h"
#include "media/picture.h"
#include "media_fixture.h"

namespace stip::training {
namespace {

const SceneShape kSmall{96, 64, 6};

std::vector<Image> scene(std::int64_t number, std::uint64_t seed = 1, SceneShape shape = kSmall) {
  const TemporaryFolder folder;
  return make_scene(shape, seed, number, {}, folder / "coded");
}

// Numbers of the first scenes of a kind.
std::vector<std::int64_t> numbers_of(SceneKind kind, int count) {
  std::vector<std::int64_t> numbers;
  for (std::int64_t i = 1; int(numbers.size()) < count; ++i) {
    if (scene_kind(1, i) == kind) numbers.push_back(i);
  }
  return numbers;
}

// Mean absolute difference of two pictures' blocks of 16x16, which noise hardly changes.
std::vector<double> block_changes(const Image& a, const Image& b) {
  std::vector<double> changes;
  for (int y = 0; y + 16 <= a.height; y += 16) {
    for (int x = 0; x + 16 <= a.width; x += 16) {
      double sums[3] = {};
      for (int i = 0; i < 16 * 16 * 3; ++i) {
        const std::size_t at = std::size_t(y + i / 48) * a.stride() + x * 3 + i % 48;
        sums[i % 3] += int(a.pixels[at]) - int(b.pixels[at]);
      }
      changes.push_back((std::abs(sums[0]) + std::abs(sums[1]) + std::abs(sums[2])) / 768);
    }
  }
  return changes;
}

TEST(SyntheticScene, IsAFunctionOfSeedAndNumber) {
  for (std::int64_t i = 1; i <= 6; ++i) EXPECT_EQ(scene(i), scene(i)) << i;
  EXPECT_NE(scene(1), scene(2));
  EXPECT_NE(scene(1, 1), scene(1, 2));
}

TEST(SyntheticScene, HasTheShapeAskedFor) {
  for (std::int64_t i = 1; i <= 12; ++i) {  // odd sizes, coded or not
    const auto frames = scene(i, 1, {75, 67, 5});
    ASSERT_EQ(frames.size(), 5u);
    for (const Image& frame : frames) {
      EXPECT_EQ(frame.width, 75);
      EXPECT_EQ(frame.height, 67);
    }
  }
}

TEST(SyntheticScene, AQuarterIsStill) {
  int moving = 0, frozen = 0, noisy = 0;
  for (std::int64_t i = 1; i <= 8000; ++i) {
    moving += scene_kind(7, i) == SceneKind::kMoving;
    frozen += scene_kind(7, i) == SceneKind::kFrozen;
    noisy += scene_kind(7, i) == SceneKind::kOnlyNoise;
  }
  EXPECT_NEAR(moving, 6000, 200);
  EXPECT_NEAR(frozen, 560, 100);
  EXPECT_NEAR(noisy, 720, 110);
}

TEST(SyntheticScene, FrozenFramesAreEqual) {
  for (const std::int64_t number : numbers_of(SceneKind::kFrozen, 4)) {
    const auto frames = scene(number);
    for (const Image& frame : frames) EXPECT_EQ(frame, frames.front());
  }
}

TEST(SyntheticScene, NothingButNoiseMovesWhereItSaysSo) {
  int noisy = 0;  // an encoder may leave nothing of the noise
  for (const std::int64_t number : numbers_of(SceneKind::kOnlyNoise, 6)) {
    const auto frames = scene(number);
    noisy += frames[2] != frames[1];
    const auto changes = block_changes(frames[1], frames[5]);
    EXPECT_LT(*std::max_element(changes.begin(), changes.end()), 4) << number;
  }
  EXPECT_GE(noisy, 3);
}

TEST(SyntheticScene, MoversMove) {
  const auto numbers = numbers_of(SceneKind::kMoving, 30);
  int moved = 0;
  for (const std::int64_t number : numbers) {
    const auto frames = scene(number);
    const auto changes = block_changes(frames.front(), frames.back());
    moved += *std::max_element(changes.begin(), changes.end()) > 5;
  }
  EXPECT_GT(moved, 24);
}

TEST(SyntheticScene, OneMoverLeavesTheBackgroundAlone) {
  int moved = 0;
  for (const std::int64_t number : numbers_of(SceneKind::kOneMover, 8)) {
    auto changes = [&] {
      const auto frames = scene(number, 1, {192, 192, 8});
      return block_changes(frames[1], frames.back());
    }();
    std::sort(changes.begin(), changes.end());
    EXPECT_LT(changes[changes.size() * 3 / 4], 4) << number;
    moved += changes.back() > 4;
  }
  EXPECT_GE(moved, 5);
}

SyntheticOptions small_options(std::int64_t scenes, std::int64_t first = 1) {
  SyntheticOptions options;
  options.shape = {64, 64, 3};
  options.scenes = scenes;
  options.first = first;
  return options;
}

std::int64_t make(const std::string& target, const SyntheticOptions& options) {
  return make_synthetic_scenes(target, options, [](const std::string&) { return true; });
}

TEST(SyntheticFolder, IsReadAsSourcesAndCanGrow) {
  const TemporaryFolder folder;
  EXPECT_EQ(make(folder / "50%d/all", small_options(5)), 5);
  EXPECT_EQ(make(folder / "parts", small_options(2, 4)), 2);
  EXPECT_EQ(make(folder / "parts", small_options(4)), 3);
  for (const char* name : {"scene-00001/0.png", "scene-00003/2.png", "scene-00005/1.png"}) {
    EXPECT_EQ(test::read_bytes(folder / "50%d/all/" + name),
              test::read_bytes(folder / "parts/" + name));
    EXPECT_FALSE(test::read_bytes(folder / "parts/" + name).empty());
  }
  SourceSpec spec;
  spec.path = folder / "parts";
  const auto sources = open_sources({spec});
  ASSERT_EQ(sources.size(), 5u);
  for (const auto& source : sources) EXPECT_EQ(source.frames->count(), 3);
}

TEST(SyntheticFolder, PicturesAreTheScenesBits) {
  const TemporaryFolder folder;
  make(folder / "out", small_options(2));
  const auto frames = scene(2, 1, {64, 64, 3});
  for (int t = 0; t < 3; ++t) {
    EXPECT_EQ(read_picture(folder / ("out/scene-00002/" + std::to_string(t) + ".png")), frames[t]);
  }
}

TEST(SyntheticFolder, KeepsWhatIsThereAndLeavesNoHalfScene) {
  const TemporaryFolder folder;
  const std::string out = folder / "out";
  std::filesystem::create_directories(out + "/scene-00002");
  write_text(out + "/scene-00002/0.png", "mine");
  int seen = 0;
  const auto made =
      make_synthetic_scenes(out, small_options(9), [&](const std::string&) { return ++seen <= 3; });
  EXPECT_EQ(made, 2);
  EXPECT_EQ(test::read_bytes(out + "/scene-00002/0.png"), "mine");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(out), {}), 4);  // and synthetic.json
}

TEST(SyntheticFolder, FailureLeavesNoHalfScene) {
  const TemporaryFolder folder;
  make(folder / "out", small_options(1));
  SyntheticOptions options = small_options(2);
  write_text(folder / "out/scene-00002", "a file in the way");
  EXPECT_EQ(make(folder / "out", options), 0);
  std::filesystem::remove(folder / "out/scene-00002");
  EXPECT_EQ(make(folder / "out", options), 1);
}

TEST(SyntheticFolder, SaysWhatIsWrong) {
  const TemporaryFolder folder;
  const std::string out = folder / "out";
  const auto refused = [&](ErrorCode code, const std::string& says, auto change) {
    SyntheticOptions options = small_options(1);
    change(options);
    expect_error(code, says, [&] { make(out, options); });
  };
  const auto kBad = ErrorCode::kInvalidArgument;
  refused(kBad, "frames is 1", [](auto& options) { options.shape.frames = 1; });
  refused(kBad, "width of the scenes is 32", [](auto& options) { options.shape.width = 32; });
  refused(kBad, "height of the scenes is 9999", [](auto& options) { options.shape.height = 9999; });
  refused(kBad, "number of scenes is 0", [](auto& options) { options.scenes = 0; });
  refused(kBad, "first scene is 0", [](auto& options) { options.first = 0; });
  refused(ErrorCode::kNotFound, "does not exist",
          [](auto& options) { options.sources = {"nosuch.mp4"}; });
  EXPECT_FALSE(std::filesystem::exists(out));
  make(out, small_options(1));
  refused(kBad, "another folder", [](auto& options) { options.seed = 2; });
  refused(kBad, "another folder", [](auto& options) { options.shape.frames = 4; });
  write_text(folder / "file", "");
  expect_error(ErrorCode::kWriteFailed, "cannot be made",
               [&] { make(folder / "file/out", small_options(1)); });
}

}  // namespace
}  // namespace stip::training
