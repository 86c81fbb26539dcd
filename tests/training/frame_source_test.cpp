#include "data/frame_source.h"

#include <thread>

#include "data/file_names.h"
#include "data/frame_range.h"
#include "data/picture_folder.h"
#include "data/source_spec.h"
#include "media/picture.h"
#include "media_fixture.h"

namespace stip::training {
namespace {

using Numbers = std::vector<std::int64_t>;

std::string write_pictures(const std::string& folder, const std::vector<std::string>& names) {
  std::filesystem::create_directories(folder);
  int number = 0;
  for (const std::string& name : names) {
    write_png(folder + "/" + name, numbered_picture(number++).view());
  }
  return folder;
}

TEST(FrameSource, VideoGivesFramesInTheOrderAskedFor) {
  const TemporaryFolder folder;
  const auto source = open_source(write_video(folder / "a.avi", numbered_pictures(40), {10, 1}));
  EXPECT_EQ(source->count(), 40);
  EXPECT_EQ(source->width(), 32);
  EXPECT_EQ(source->height(), 24);
  EXPECT_EQ(source->frame_rate().value(), 10);
  EXPECT_EQ(source->name(), folder / "a.avi");
  const Numbers wanted{39, 0, 5, 5, 38, 0};
  const std::vector<Image> images = source->read(wanted);
  ASSERT_EQ(images.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_TRUE(images[i] == numbered_picture(int(wanted[i]))) << i;
  }
  EXPECT_TRUE(source->read({}).empty());
  expect_error(ErrorCode::kInvalidArgument, "no frame 40", [&] { source->read({1, 40}); });
}

TEST(FrameSource, VideosReadInTurnDoNotMix) {
  const TemporaryFolder folder;
  const auto small = open_source(write_video(folder / "a.avi", numbered_pictures(10, 32, 24)));
  const auto large = open_source(write_video(folder / "b.avi", numbered_pictures(10, 48, 40)));
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(small->read({i}).at(0) == numbered_picture(i, 32, 24)) << i;
    EXPECT_TRUE(large->read({9 - i}).at(0) == numbered_picture(9 - i, 48, 40)) << i;
  }
}

// More videos than decoders stay open, several threads each.
TEST(FrameSource, ManyVideosAreReadByManyThreads) {
  const TemporaryFolder folder;
  std::vector<std::unique_ptr<FrameSource>> videos;
  for (int i = 0; i < 10; ++i) {
    const std::string path = folder / std::to_string(i) + ".avi";
    videos.push_back(open_source(write_video(path, numbered_pictures(6, 32 + i, 24))));
  }
  std::vector<int> wrong(3);
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 30; ++i) {
        const int video = (i * 7 + t) % 10;
        const int frame = (i * 5 + t) % 6;
        const Image expected = numbered_picture(frame, 32 + video, 24);
        if (videos[video]->read({frame}).at(0) != expected) ++wrong[t];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>({0, 0, 0}));
}

TEST(FrameSource, PicturesComeInTheOrderOfTheirNumbers) {
  const TemporaryFolder folder;
  // Written as 0, 1, 2, 3: the natural order is 3 (2.png), 0 (10.png), ...
  const auto source =
      open_source(write_pictures(folder / "f", {"10.png", "100.png", "011.png", "2.png"}));
  write_text(folder / "f/notes.txt", "not a picture");
  EXPECT_EQ(source->count(), 4);
  const std::vector<Image> images = source->read({0, 1, 2, 3});
  const int order[] = {3, 0, 2, 1};
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(images[i] == numbered_picture(order[i])) << i;
}

TEST(FrameSource, APictureOfAnotherSizeIsNamed) {
  const TemporaryFolder folder;
  write_pictures(folder / "f", {"1.png", "2.png", "3.png"});
  write_png(folder / "f/2.png", numbered_picture(0, 16, 16).view());
  const auto source = open_source(folder / "f");
  source->read({0, 2});
  expect_error(ErrorCode::kWrongKind, "2.png' is 16x16", [&] { source->read({0, 1}); });
}

TEST(FrameSource, FingerprintsFindCopies) {
  const TemporaryFolder folder;
  write_pictures(folder / "f", {"1.png", "2.png"});
  std::filesystem::copy_file(folder / "f/1.png", folder / "f/3.png");
  const auto prints = open_source(folder / "f")->fingerprints();
  EXPECT_EQ(prints.at(0), prints.at(2));
  EXPECT_NE(prints.at(0), prints.at(1));
}

TEST(FrameSource, RefusesFoldersWithoutPictures) {
  const TemporaryFolder folder;
  expect_error(ErrorCode::kWrongKind, "no pictures", [&] { open_source(folder.path()); });
  expect_error(ErrorCode::kNotFound, "does not exist", [&] { open_source(folder / "none"); });
}

TEST(NaturalOrder, CountsNumbersAsNumbers) {
  EXPECT_TRUE(natural_less("img2.png", "img10.png"));
  EXPECT_FALSE(natural_less("img10.png", "img2.png"));
  EXPECT_TRUE(natural_less("a1b9", "a1b10"));
  EXPECT_TRUE(natural_less("a", "a1"));
  EXPECT_TRUE(natural_less("99999999999999999999998", "99999999999999999999999"));
  EXPECT_FALSE(natural_less("007", "007"));
  EXPECT_NE(natural_less("7", "07"), natural_less("07", "7"));
}

TEST(ExpandPaths, FindsVideosAndPictureFoldersRecursively) {
  const TemporaryFolder folder;
  write_pictures(folder / "set/sub/pictures", {"1.png"});
  for (const char* name :
       {"set/b10.MP4", "set/b2.avi", "set/readme.txt", "set/.hidden.mp4", "set/sub/c.mkv"}) {
    write_text(folder / name, "x");
  }
  const std::vector<std::string> found = expand_paths({folder / "set/readme.txt", folder / "set"});
  EXPECT_EQ(found, std::vector<std::string>({folder / "set/readme.txt", folder / "set/b2.avi",
                                             folder / "set/b10.MP4", folder / "set/sub/c.mkv",
                                             folder / "set/sub/pictures"}));
}

TEST(ExpandPaths, SaysWhatIsMissing) {
  const TemporaryFolder folder;
  write_text(folder / "a.txt", "x");
  expect_error(ErrorCode::kNotFound, "none", [&] { expand_paths({folder / "none"}); });
  expect_error(ErrorCode::kWrongKind, "no videos", [&] { expand_paths({folder.path()}); });
}

TEST(FrameRange, CountsFromBothEnds) {
  const TemporaryFolder folder;
  const std::shared_ptr<FrameSource> video =
      open_source(write_video(folder / "a.avi", numbered_pictures(20)));
  const auto first_frame = [](FrameRange& range) { return range.read({0}).at(0); };
  FrameRange all_but_five(video, 0, -6);
  EXPECT_EQ(all_but_five.count(), 15);
  EXPECT_TRUE(all_but_five.read({14}).at(0) == numbered_picture(14));
  FrameRange last_five(video, -5, -1);
  EXPECT_EQ(last_five.count(), 5);
  EXPECT_TRUE(first_frame(last_five) == numbered_picture(15));
  EXPECT_EQ(last_five.first(), 15);
  EXPECT_EQ(last_five.fingerprints().size(), 5u);
  EXPECT_EQ(last_five.fingerprints()[0], video->fingerprints()[15]);
  FrameRange middle(video, 3, 4);
  EXPECT_EQ(middle.count(), 2);
  EXPECT_TRUE(first_frame(middle) == numbered_picture(3));
  expect_error(ErrorCode::kInvalidArgument, "it has 2", [&] { middle.read({2}); });
}

TEST(FrameRange, RefusesWhatIsNotThere) {
  const TemporaryFolder folder;
  const std::shared_ptr<FrameSource> video =
      open_source(write_video(folder / "a.avi", numbered_pictures(5)));
  const std::pair<int, int> ranges[] = {{0, 5}, {-6, -1}, {3, 2}, {0, -6}};
  for (const auto& [first, last] : ranges) {
    expect_error(ErrorCode::kInvalidArgument, "it has 5",
                 [&, a = first, b = last] { FrameRange(video, a, b); });
  }
}

TEST(OpenSources, CutsRangesAndKeepsWeights) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "set");
  write_video(folder / "set/a.avi", numbered_pictures(10));
  write_video(folder / "set/b.avi", numbered_pictures(12));
  SourceSpec spec;
  spec.path = folder / "set";
  spec.last = -5;
  spec.weight = 3;
  const auto cache = std::make_shared<FrameCache>(1 << 20);
  const std::vector<WeightedSource> sources = open_sources({spec}, cache);
  ASSERT_EQ(sources.size(), 2u);
  EXPECT_EQ(sources[0].frames->count(), 6);
  EXPECT_EQ(sources[1].frames->count(), 8);
  EXPECT_EQ(sources[1].weight, 3);
  EXPECT_TRUE(sources[1].frames->read({7}).at(0) == numbered_picture(7));
  EXPECT_GT(cache->bytes(), 0u);
  expect_error(ErrorCode::kInvalidArgument, "no videos", [] { open_sources({}); });
  spec.weight = 0;
  expect_error(ErrorCode::kInvalidArgument, "above 0", [&] { open_sources({spec}); });
}

}  // namespace
}  // namespace stip::training
