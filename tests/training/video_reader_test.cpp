#include "media/video_reader.h"

#include <thread>

#include "media_fixture.h"

namespace stip::training {
namespace {

// x264 with B-frames and key frames 12 apart: what makes seeking hard.
void encode(const std::string& path, int frames, const std::string& muxer,
            const std::string& pattern = "ball") {
  run_pipeline("videotestsrc num-buffers=" + std::to_string(frames) + " pattern=" + pattern +
               " ! video/x-raw,format=I420,width=64,height=48,framerate=30/1"
               " ! x264enc bframes=2 b-adapt=false key-int-max=12 ! h264parse ! " +
               muxer + " ! filesink location=" + path);
}

class VideoReaderFormats : public testing::TestWithParam<const char*> {};

TEST_P(VideoReaderFormats, SeekGivesWhatSequentialDecodingGives) {
  const TemporaryFolder folder;
  const std::string path = folder / "clip";
  encode(path, 90, GetParam());
  const std::vector<Image> all = read_all(path);
  ASSERT_EQ(all.size(), 90u);
  VideoReader reader(path);
  ASSERT_EQ(reader.index()->count(), 90);
  for (const int frame : {70, 3, 0, 89, 45, 46, 44, 88, 11, 12, 13, 35, 60, 1}) {
    reader.seek(frame);
    EXPECT_EQ(reader.position(), frame);
    const auto read = reader.read();
    ASSERT_TRUE(read);
    EXPECT_TRUE(read->image == all[frame]) << frame;
    EXPECT_EQ(read->pts, reader.index()->pts[frame]);
  }
}

TEST_P(VideoReaderFormats, ReadsOnBehindASeekAndEnds) {
  const TemporaryFolder folder;
  const std::string path = folder / "clip";
  encode(path, 60, GetParam());
  const std::vector<Image> all = read_all(path);
  VideoReader reader(path);
  reader.seek(50);
  for (int frame = 50; frame < 60; ++frame) EXPECT_TRUE(reader.read()->image == all[frame]);
  EXPECT_FALSE(reader.read());
  EXPECT_FALSE(reader.read());
  reader.seek(20);
  EXPECT_TRUE(reader.read()->image == all[20]);
}

INSTANTIATE_TEST_SUITE_P(Containers, VideoReaderFormats,
                         testing::Values("mp4mux", "matroskamux", "avimux", "mpegtsmux"));

TEST(VideoReader, FindsFramesInAFileThatCannotSeek) {
  const TemporaryFolder folder;
  const std::string path = folder / "clip.h264";
  run_pipeline(
      "videotestsrc num-buffers=60 pattern=ball ! video/x-raw,format=I420,width=64,height=48"
      " ! x264enc bframes=2 key-int-max=12 ! video/x-h264,stream-format=byte-stream"
      " ! filesink location=" +
      path);
  const std::vector<Image> all = read_all(path);
  ASSERT_EQ(all.size(), 60u);
  VideoReader reader(path);
  for (const int frame : {50, 10, 30}) {
    reader.seek(frame);
    EXPECT_TRUE(reader.read()->image == all[frame]) << frame;
  }
}

TEST(VideoReader, SurvivesAnIndexWhoseTimesAreWrong) {
  const TemporaryFolder folder;
  const std::string path = folder / "clip";
  encode(path, 60, "matroskamux");
  const std::vector<Image> all = read_all(path);
  VideoIndex wrong = index_video(path);
  ASSERT_TRUE(wrong.seekable);
  for (auto& pts : wrong.pts) pts += GST_SECOND / 30;  // every seek lands one frame off
  VideoReader reader(std::make_shared<VideoIndex>(wrong));
  for (const int frame : {50, 10, 40, 59}) {
    reader.seek(frame);
    EXPECT_TRUE(reader.read()->image == all[frame]) << frame;
  }
}

TEST(VideoReader, TellsSizeCountAndRate) {
  const TemporaryFolder folder;
  const std::string path =
      write_video(folder / "odd.avi", numbered_pictures(7, 33, 19), {30000, 1001});
  const VideoIndex index = index_video(path);
  EXPECT_EQ(index.width, 33);
  EXPECT_EQ(index.height, 19);
  EXPECT_EQ(index.count(), 7);
  EXPECT_NEAR(index.rate.value(), 29.97, 0.001);
}

TEST(VideoReader, EqualFramesHaveEqualFingerprints) {
  const TemporaryFolder folder;
  const auto a = numbered_picture(1);
  const auto b = numbered_picture(2);
  const VideoIndex index = index_video(write_video(folder / "a.avi", {a, a, b, a}));
  EXPECT_EQ(index.fingerprints[0], index.fingerprints[1]);
  EXPECT_EQ(index.fingerprints[0], index.fingerprints[3]);
  EXPECT_NE(index.fingerprints[0], index.fingerprints[2]);
}

TEST(VideoReader, IgnoresAudioAndPixelAspect) {
  const TemporaryFolder folder;
  const std::string path = folder / "av.mkv";
  run_pipeline("matroskamux name=mux ! filesink location=" + path +
               " videotestsrc num-buffers=20 ! "
               "video/x-raw,width=40,height=30,framerate=10/1,pixel-aspect-ratio=2/1"
               " ! jpegenc ! mux. audiotestsrc num-buffers=90 ! vorbisenc ! mux.");
  const std::vector<Image> all = read_all(path);
  ASSERT_EQ(all.size(), 20u);
  EXPECT_EQ(all[0].width, 40);
  EXPECT_EQ(all[0].height, 30);
}

TEST(VideoReader, ConvertsAsVideoconvertDoes) {
  const TemporaryFolder folder;
  const std::string path = folder / "clip.mp4";
  encode(path, 3, "mp4mux", "smpte");
  run_pipeline("filesrc location=" + path +
               " ! decodebin ! videoconvert ! video/x-raw,format=BGR"
               " ! filesink location=" +
               (folder / "raw"));
  std::ifstream raw(folder / "raw", std::ios::binary);
  for (const Image& image : read_all(path)) {  // 64 * 3 is a multiple of 4: rows are packed
    std::vector<std::uint8_t> expected(image.pixels.size());
    raw.read(reinterpret_cast<char*>(expected.data()), std::streamsize(expected.size()));
    EXPECT_TRUE(image.pixels == expected);
  }
}

TEST(VideoReader, SeveralReadInParallel) {
  const TemporaryFolder folder;
  const std::string path = folder / "clip";
  encode(path, 40, "mp4mux");
  const std::vector<Image> all = read_all(path);
  const auto index = std::make_shared<VideoIndex>(index_video(path));
  std::vector<int> wrong(3);
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&, t] {
      VideoReader reader(index);
      for (int i = 0; i < 12; ++i) {
        const int frame = (i * 17 + t * 5) % 40;
        reader.seek(frame);
        if (reader.read()->image != all[frame]) ++wrong[t];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>({0, 0, 0}));
}

TEST(VideoReader, SeekOutsideIsRefused) {
  const TemporaryFolder folder;
  VideoReader reader(write_video(folder / "a.avi", numbered_pictures(5)));
  expect_error(ErrorCode::kInvalidArgument, "it has 5", [&] { reader.seek(6); });
  expect_error(ErrorCode::kInvalidArgument, "no frame -1", [&] { reader.seek(-1); });
  reader.seek(5);
  EXPECT_FALSE(reader.read());
}

TEST(VideoReader, SaysWhatIsWrongWithAFile) {
  const TemporaryFolder folder;
  const auto read = [](const std::string& path) { return [path] { read_all(path); }; };
  expect_error(ErrorCode::kNotFound, "does not exist", read(folder / "none.mp4"));
  expect_error(ErrorCode::kUnreadable, "is a folder", read(folder.path()));
  expect_error(ErrorCode::kWrongKind, "regular file", read("/dev/null"));
  write_text(folder / "empty.mp4", "");
  expect_error(ErrorCode::kCorrupt, "is empty", read(folder / "empty.mp4"));
  write_text(folder / "text.mp4", "these are words, not pictures\n");
  expect_error(ErrorCode::kWrongKind, "not a video", read(folder / "text.mp4"));
  write_text(folder / "noise.mp4", std::string("\x01\x92\xF3\x07garbage\x00\xFE\x11", 15));
  expect_error(ErrorCode::kWrongKind, "not a video", read(folder / "noise.mp4"));
  run_pipeline("audiotestsrc num-buffers=10 ! wavenc ! filesink location=" + (folder / "a.wav"));
  expect_error(ErrorCode::kWrongKind, "no video stream", read(folder / "a.wav"));
}

TEST(VideoReader, AFileWithoutItsTableOfContentsIsDamaged) {
  const TemporaryFolder folder;
  encode(folder / "a.mp4", 60, "mp4mux");
  cut_file(folder / "a.mp4", std::filesystem::file_size(folder / "a.mp4") / 2);
  expect_error(ErrorCode::kCorrupt, "damaged", [&] { index_video(folder / "a.mp4"); });
}

TEST(VideoReader, AFileCutShortGivesTheFramesThatAreThere) {
  const TemporaryFolder folder;
  encode(folder / "a.mkv", 60, "matroskamux", "snow");
  cut_file(folder / "a.mkv", std::filesystem::file_size(folder / "a.mkv") / 2);
  const VideoIndex index = index_video(folder / "a.mkv");
  EXPECT_GT(index.count(), 5);
  EXPECT_LT(index.count(), 60);
  EXPECT_EQ(std::int64_t(read_all(folder / "a.mkv").size()), index.count());
}

TEST(VideoReader, AFileThatShrinksBehindItsIndexIsNoticed) {
  const TemporaryFolder folder;
  const std::string path = folder / "a.mkv";
  encode(path, 60, "matroskamux", "snow");
  VideoReader reader(std::make_shared<VideoIndex>(index_video(path)));
  cut_file(path, std::filesystem::file_size(path) / 2);
  reader.seek(59);
  expect_error(ErrorCode::kCorrupt, "was it changed", [&] { reader.read(); });
  expect_error(ErrorCode::kCorrupt, "was it changed", [&] { reader.read(); });
}

TEST(VideoReader, AnotherPictureSizeMidwayIsRefused) {
  const TemporaryFolder folder;
  const auto part = [&](const char* name, const char* size) {
    run_pipeline(std::string("videotestsrc num-buffers=8 ! video/x-raw,format=I420,") + size +
                 " ! x264enc tune=zerolatency ! video/x-h264,stream-format=byte-stream"
                 " ! filesink location=" +
                 (folder / name));
    std::ifstream file(folder / name, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  write_text(folder / "two.h264",
             part("a", "width=64,height=48") + part("b", "width=96,height=64"));
  expect_error(ErrorCode::kWrongKind, "from 64x48 to 96x64",
               [&] { index_video(folder / "two.h264"); });
  expect_error(ErrorCode::kWrongKind, "changes its picture size",
               [&] { read_all(folder / "two.h264"); });
}

TEST(VideoReader, ADecoderThatGivesNothingIsGivenUp) {
  const TemporaryFolder folder;
  const std::string path = write_video(folder / "a.avi", numbered_pictures(5));
  expect_error(ErrorCode::kFailed, "gave no frame", [&] { index_video(path, 0.0); });
  VideoReader reader(path, 0.0);
  expect_error(ErrorCode::kFailed, "gave no frame", [&] { reader.read(); });
  expect_error(ErrorCode::kFailed, "gave no frame", [&] { reader.read(); });
}

}  // namespace
}  // namespace stip::training
