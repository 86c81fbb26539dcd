#include "data/frame_archive.h"

#include "data/leak_check.h"
#include "data/source_spec.h"
#include "io/safetensors.h"
#include "media/picture.h"
#include "media/scaled_picture.h"
#include "media_fixture.h"

namespace stip::training {
namespace {

bool go_on(const std::string&) { return true; }

class FrameArchiveTest : public testing::Test {
 protected:
  void SetUp() override { write_video(folder_ / "clip.avi", numbered_pictures(40), {10, 1}); }

  std::string archive(const ArchiveOptions& options = {}) {
    EXPECT_EQ(make_archives({folder_ / "clip.avi"}, folder_ / "out", options, go_on), 1);
    return folder_ / "out/clip.frames";
  }

  TemporaryFolder folder_;
};

TEST_F(FrameArchiveTest, GivesTheVideosFrames) {
  const auto video = open_source(folder_ / "clip.avi");
  const auto source = open_source(archive());
  EXPECT_EQ(source->count(), 40);
  EXPECT_EQ(source->width(), 32);
  EXPECT_EQ(source->height(), 24);
  EXPECT_EQ(source->frame_rate().value(), 10);
  EXPECT_EQ(source->name(), folder_ / "out/clip.frames");
  EXPECT_EQ(source->place(3).frame, "frame 3");
  EXPECT_EQ(source->fingerprints(), video->fingerprints());
  const std::vector<std::int64_t> wanted{39, 0, 5, 5, 38};
  const std::vector<Image> images = source->read(wanted);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_TRUE(images.at(i) == numbered_picture(int(wanted[i]))) << i;
  }
  expect_error(ErrorCode::kInvalidArgument, "no frame 40", [&] { source->read({1, 40}); });
}

TEST_F(FrameArchiveTest, HoldsARangeAndAnotherSize) {
  ArchiveOptions options;
  options.width = 16;
  options.height = 12;
  options.first = -10;
  options.last = -2;
  const auto source = open_source(archive(options));
  EXPECT_EQ(source->count(), 9);
  EXPECT_TRUE(source->read({1}).front() == scaled(numbered_picture(31), 16, 12));
}

TEST_F(FrameArchiveTest, IsFoundInFoldersAndKeptWhenThere) {
  const std::string file = archive();
  EXPECT_EQ(make_archives({folder_ / "clip.avi"}, folder_ / "out", {}, go_on), 0);
  EXPECT_EQ(expand_paths({folder_ / "out"}), std::vector<std::string>({file}));
}

TEST_F(FrameArchiveTest, EndsWhereItIsToldTo) {
  EXPECT_EQ(make_archives({folder_ / "clip.avi"}, folder_ / "out", {},
                          [](const std::string&) { return false; }),
            0);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "out/clip.frames"));
}

// An archive of what is trained on may not measure, though it has another name and size.
TEST_F(FrameArchiveTest, IsKnownAsACopy) {
  ArchiveOptions options;
  options.width = 16;
  options.height = 12;
  const auto train = open_sources({SourceSpec{folder_ / "clip.avi"}});
  const auto validation = open_sources({SourceSpec{archive(options)}});
  expect_error(ErrorCode::kInvalidArgument, "a leak", [&] { check_for_leaks(train, validation); });
}

TEST_F(FrameArchiveTest, RefusesTwoClipsOfOneName) {
  std::filesystem::create_directories(folder_ / "other");
  write_video(folder_ / "other/clip.avi", numbered_pictures(3));
  expect_error(ErrorCode::kInvalidArgument, "would both become", [&] {
    make_archives({folder_ / "clip.avi", folder_ / "other"}, folder_ / "out", {}, go_on);
  });
}

TEST_F(FrameArchiveTest, RefusesWhatIsNone) {
  expect_error(ErrorCode::kNotFound, "does not exist", [&] { open_source(folder_ / "a.frames"); });
  write_text(folder_ / "text.frames", "not an archive, but long enough to look like something");
  expect_error(ErrorCode::kWrongKind, "text.frames", [&] { open_source(folder_ / "text.frames"); });
  const float one = 1;
  write_safetensors(folder_ / "model.frames", {{"weight", "F32", {1}, &one}}, {});
  expect_error(ErrorCode::kWrongKind, "no archive of frames",
               [&] { open_source(folder_ / "model.frames"); });
  const std::string file = archive();
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 100);
  expect_error(ErrorCode::kCorrupt, "clip.frames", [&] { open_source(file); });
}

TEST_F(FrameArchiveTest, OfAPictureFolderToo) {
  std::filesystem::create_directories(folder_ / "pictures");
  for (int i = 0; i < 3; ++i) {
    write_png(folder_ / ("pictures/" + std::to_string(i) + ".png"), numbered_picture(i).view());
  }
  EXPECT_EQ(make_archives({folder_ / "pictures/"}, folder_ / "out", {}, go_on), 1);
  const auto source = open_source(folder_ / "out/pictures.frames");
  EXPECT_TRUE(source->read({2}).front() == numbered_picture(2));
}

}  // namespace
}  // namespace stip::training
