#include "media/video_writer.h"

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>

#include "data/random_stream.h"
#include "media/picture.h"
#include "media_fixture.h"

namespace stip::training {
namespace {

int entries(const TemporaryFolder& folder) {
  const std::filesystem::directory_iterator begin(folder.path());
  return int(std::distance(begin, std::filesystem::directory_iterator()));
}

double mean_difference(const Image& a, const Image& b, int width, int height) {
  double sum = 0;
  for (int y = 0; y < height; ++y) {
    for (int i = 0; i < width * 3; ++i) {
      sum += std::abs(a.pixels[y * a.stride() + i] - b.pixels[y * b.stride() + i]);
    }
  }
  return sum / (width * height * 3);
}

TEST(VideoWriter, AviKeepsEveryPixel) {
  const TemporaryFolder folder;
  const std::vector<Image> frames = numbered_pictures(12, 33, 19);
  EXPECT_TRUE(read_all(write_video(folder / "a.avi", frames)) == frames);
}

TEST(VideoWriter, H264LooksLikeItsSourceAndPadsOddSizes) {
  const TemporaryFolder folder;
  std::vector<Image> frames;
  for (int i = 0; i < 12; ++i) {
    frames.emplace_back(65, 47);
    for (std::size_t k = 0; k < frames[i].pixels.size(); ++k) {
      frames[i].pixels[k] = std::uint8_t(60 + i * 8 + k / 3 % 65);
    }
  }
  for (const char* name : {"a.mp4", "a.MKV", "a.mov", "a.m4v"}) {
    const std::vector<Image> read = read_all(write_video(folder / name, frames, {30, 1}));
    ASSERT_EQ(read.size(), 12u) << name;
    EXPECT_EQ(read[0].width, 66);
    EXPECT_EQ(read[0].height, 48);
    // Up to 4: GStreamer 1.22 converts I420 to BGR two or three levels too dark.
    for (int i = 0; i < 12; ++i) EXPECT_LT(mean_difference(read[i], frames[i], 65, 47), 4) << name;
    EXPECT_NEAR(index_video(folder / name).rate.value(), 30, 0.01);
  }
}

TEST(VideoWriter, TakesRgbAndStrides) {
  const TemporaryFolder folder;
  std::vector<std::uint8_t> wide(16 * 100, 9);
  for (int i = 0; i < 16; ++i) wide[i * 100] = std::uint8_t(200 + i);  // red of the first column
  const FrameView view{wide.data(), 17, 16, 100, PixelOrder::kRgb};
  auto writer = open_video_writer(folder / "a.avi", {25, 1});
  writer->write(view);
  writer->finish();
  const Image image = read_all(folder / "a.avi").at(0);
  for (int y = 0; y < 16; ++y) {
    EXPECT_EQ(image.pixels[y * 51 + 2], 200 + y);
    EXPECT_EQ(image.pixels[y * 51 + 0], 9);
  }
}

TEST(VideoWriter, NothingIsSeenBeforeFinishNorLeftWithoutIt) {
  const TemporaryFolder folder;
  for (const char* name : {"a.avi", "a.mp4", "frames"}) {
    auto writer = open_frame_writer(folder / name, {25, 1});
    writer->write(numbered_picture(0).view());
    EXPECT_FALSE(std::filesystem::exists(folder / name));
    writer.reset();
    EXPECT_EQ(entries(folder), 0) << name;
  }
}

TEST(VideoWriter, WritesNumberedPictures) {
  const TemporaryFolder folder;
  const std::vector<Image> frames = numbered_pictures(3, 31, 17);
  std::filesystem::create_directory(folder / "empty");
  for (const char* name : {"new", "slash/", "empty"}) {
    auto writer = open_frame_writer(folder / name, {25, 1});
    write_frames(*writer, frames);
    EXPECT_EQ(writer->count(), 3);
    for (int i = 0; i < 3; ++i) {
      const std::string file = folder / name + "/00000" + std::to_string(i + 1) + ".png";
      EXPECT_TRUE(read_picture(file) == frames[i]) << file;
    }
  }
  expect_error(ErrorCode::kWriteFailed, "not empty", [&] { open_picture_writer(folder / "new"); });
}

TEST(VideoWriter, RefusesNamesSizesAndRates) {
  const TemporaryFolder folder;
  const auto open = [&](const std::string& name, FrameRate rate = {25, 1}) {
    return [&folder, name, rate] { open_frame_writer(folder / name, rate); };
  };
  expect_error(ErrorCode::kInvalidArgument, ".mp4", open("a.txt"));
  expect_error(ErrorCode::kInvalidArgument, "frame rate", open("a.mp4", {0, 1}));
  expect_error(ErrorCode::kWriteFailed, "does not exist", open("no/such/a.mp4"));
  expect_error(ErrorCode::kWriteFailed, "does not exist", open("no/such/frames"));
  auto writer = open_video_writer(folder / "a.mp4", {25, 1});
  expect_error(ErrorCode::kInvalidArgument, "no frame", [&] { writer->finish(); });
  writer->write(numbered_picture(0).view());
  expect_error(ErrorCode::kInvalidArgument, "first one was 32x24",
               [&] { writer->write(numbered_picture(0, 16, 16).view()); });
  writer->finish();
  auto tiny = open_video_writer(folder / "a.avi", {25, 1});
  expect_error(ErrorCode::kInvalidArgument, "16 to 4096",
               [&] { tiny->write(numbered_picture(0, 15, 20).view()); });
  expect_error(ErrorCode::kInvalidArgument, "finished",
               [&] { writer->write(numbered_picture(0).view()); });
}

TEST(VideoWriter, SaysThatAFolderMayNotBeWritten) {
  if (geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  const TemporaryFolder folder;
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0500));
  expect_error(ErrorCode::kWriteFailed, "permission", [&] {
    open_video_writer(folder / "a.mp4", {25, 1});
  });
}

// /dev/full cannot be named with an extension; a limit on the size of files fails just the same.
TEST(VideoWriter, AFullDiskIsReportedAndNothingIsLeft) {
  const TemporaryFolder folder;
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before;
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{20000, before.rlim_max};
  for (const char* name : {"a.avi", "frames"}) {
    setrlimit(RLIMIT_FSIZE, &small);
    expect_error(ErrorCode::kWriteFailed, "cannot be written", [&] {
      auto writer = open_frame_writer(folder / name, {25, 1});
      Image noise(200, 200);
      RandomStream random(1, 0);  // nothing that compresses
      for (std::uint8_t& value : noise.pixels) value = std::uint8_t(random.bits());
      for (int i = 0; i < 20; ++i) writer->write(noise.view());
      writer->finish();
    });
    setrlimit(RLIMIT_FSIZE, &before);
    EXPECT_EQ(entries(folder), 0) << name;
  }
}

TEST(Picture, PngKeepsEveryPixel) {
  const TemporaryFolder folder;
  const Image image = numbered_picture(3, 37, 11);
  write_png(folder / "a.png", image.view());
  EXPECT_TRUE(read_picture(folder / "a.png") == image);
  write_png(folder / "a.png", numbered_picture(4).view());  // replaces
  EXPECT_TRUE(read_picture(folder / "a.png") == numbered_picture(4));
  EXPECT_EQ(entries(folder), 1);
}

TEST(Picture, ReadsJpegAndDropsTransparency) {
  const TemporaryFolder folder;
  run_pipeline(
      "videotestsrc num-buffers=1 pattern=white ! video/x-raw,format=RGBA,width=32,height=16"
      " ! pngenc ! filesink location=" +
      (folder / "a.png"));
  run_pipeline(
      "videotestsrc num-buffers=1 pattern=white ! video/x-raw,format=RGB,width=32,height=16"
      " ! jpegenc ! filesink location=" +
      (folder / "a.jpg"));
  for (const char* name : {"a.png", "a.jpg"}) {
    const Image image = read_picture(folder / name);
    EXPECT_EQ(image.width, 32);
    for (const std::uint8_t value : image.pixels) EXPECT_GE(value, 253);
  }
}

}  // namespace
}  // namespace stip::training
