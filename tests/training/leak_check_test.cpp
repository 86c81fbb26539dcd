#include "data/leak_check.h"

#include "data/frame_range.h"
#include "data/picture_folder.h"
#include "fake_source.h"
#include "media_fixture.h"

namespace stip::training {
namespace {

// Frames of given fingerprints.
class HashedSource : public FakeSource {
 public:
  HashedSource(const std::string& name, std::vector<std::uint64_t> hashes)
      : FakeSource(name, std::int64_t(hashes.size())), hashes_(std::move(hashes)) {}
  std::vector<std::uint64_t> fingerprints() override { return hashes_; }
  std::vector<Image> read(const std::vector<std::int64_t>& indices) override {
    if (!plain) return FakeSource::read(indices);
    return std::vector<Image>(indices.size(), Image(16, 12));
  }
  bool plain = false;

 private:
  std::vector<std::uint64_t> hashes_;
};

WeightedSource hashed(const std::string& name, std::vector<std::uint64_t> hashes) {
  return {std::make_shared<HashedSource>(name, std::move(hashes)), 1};
}

WeightedSource range(const WeightedSource& of, std::int64_t first, std::int64_t last) {
  return {std::make_shared<FrameRange>(of.frames, first, last), 1};
}

void expect_leak(const std::vector<WeightedSource>& train,
                 const std::vector<WeightedSource>& validation, const std::string& says) {
  expect_error(ErrorCode::kInvalidArgument, says, [&] { check_for_leaks(train, validation); });
}

TEST(LeakCheck, FindsACopyUnderAnotherName) {
  const auto a = hashed("a", {1, 2, 3}), b = hashed("b", {4, 5}), copy = hashed("c", {9, 8, 2});
  EXPECT_NO_THROW(check_for_leaks({a}, {b}));
  expect_leak({b, a}, {copy}, "2 of 'c' (data.validation) is the same picture as 1 of 'a'");
}

TEST(LeakCheck, FindsRangesThatOverlapButLetsNeighboursBe) {
  const auto video = hashed("video", {1, 2, 3, 4, 5, 6});
  EXPECT_NO_THROW(check_for_leaks({range(video, 0, 2)}, {range(video, 3, 5)}));
  expect_leak({range(video, 0, 3)}, {range(video, 3, 5)}, "3 of 'video'");
  expect_leak({video}, {range(hashed("./video", {1, 2}), 0, 0)}, "is in data.train too");
}

TEST(LeakCheck, TakesFrozenFramesOfOneFileForWhatTheyAre) {
  // The picture freezes across the border, and comes back once more.
  const auto video = hashed("video", {1, 7, 7, 7, 7, 2, 7});
  EXPECT_NO_THROW(check_for_leaks({range(video, 0, 2)}, {range(video, 3, 6)}));
}

TEST(LeakCheck, LetsFilmsFadeToBlack) {
  const auto black = std::make_shared<HashedSource>("a", std::vector<std::uint64_t>{1, 0, 0, 2});
  black->plain = true;
  EXPECT_NO_THROW(check_for_leaks({{black, 1}}, {hashed("b", {0, 5})}));
  EXPECT_NO_THROW(check_for_leaks({{black, 1}}, {hashed("b", {0, 5, 0, 0})}));
  expect_leak({hashed("a", {1, 0})}, {hashed("b", {0, 5})}, "a leak");
}

TEST(LeakCheck, ComparesPicturesAndVideosAsTheyAre) {
  const TemporaryFolder folder;
  write_frames(*open_picture_writer(folder / "one"), numbered_pictures(4));
  write_frames(*open_picture_writer(folder / "two"), numbered_pictures(2));
  write_video(folder / "a.avi", numbered_pictures(4));
  write_video(folder / "b.avi", {numbered_picture(20), numbered_picture(3)});
  const auto open = [&](const std::string& name) {
    return open_sources({{folder / name, 0, -1, 1}});
  };
  expect_error(ErrorCode::kInvalidArgument, "000001.png of '" + (folder / "two"),
               [&] { check_for_leaks(open("one"), open("two")); });
  expect_error(ErrorCode::kInvalidArgument, "frame 1 of '" + (folder / "b.avi"),
               [&] { check_for_leaks(open("a.avi"), open("b.avi")); });
}

}  // namespace
}  // namespace stip::training
