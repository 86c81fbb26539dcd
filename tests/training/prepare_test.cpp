#include "data/prepare.h"

#include "data/list_file.h"
#include "media/picture.h"
#include "media/scaled_picture.h"
#include "media_fixture.h"

namespace stip::training {
namespace {

std::string text_of(const std::string& path) { return test::read_bytes(path); }

void prepare(const TemporaryFolder& folder, const std::string& name) {
  prepare_data_set(name, folder / "source", folder / "out", [](const std::string&) {});
}

TEST(Prepare, MakesUcfSportsOfFoldersOfFrames) {
  const TemporaryFolder folder;
  for (int clip = 0; clip < 10; ++clip) {
    const std::string path = folder / ("source/Walk Front/00" + std::to_string(clip));
    std::filesystem::create_directories(path + "/gt");
    write_png(path + "/gt/0.png", numbered_picture(1).view());
    for (int i = 0; i < (clip == 0 ? 21 : 10); ++i) {
      write_png(path + "/a-" + std::to_string(i) + ".png", numbered_picture(i).view());
    }
  }
  prepare(folder, "ucfsport");
  const std::string train = text_of(folder / "out/ucfsport/train.txt");
  EXPECT_EQ(train.substr(0, 60), "ucfsport/Walk_Front-000/,0\nucfsport/Walk_Front-000/,10\nucfsp");
  EXPECT_EQ(text_of(folder / "out/ucfsport/test.txt"), "ucfsport/Walk_Front-009/,0\n");
  const auto clips = read_list_file(folder / "out/ucfsport/train.txt", 10);
  ASSERT_EQ(clips.size(), 10u);
  EXPECT_EQ(read_picture(clips[1].files[9]), scaled(numbered_picture(19), 512, 512));
}

TEST(Prepare, MakesHumanOfVideosBySubject) {
  const TemporaryFolder folder;
  for (const char* subject : {"S1", "S11"}) {
    const std::string path = folder / "source/" + subject + "/Videos";
    std::filesystem::create_directories(path);
    write_video(path + "/Sitting 1.54138969.avi", numbered_pictures(41));
  }
  prepare(folder, "human36m");
  EXPECT_EQ(text_of(folder / "out/human36m/train.txt"),
            "human36m/S1/,S1_Sitting_1.54138969_,1,36\n");
  EXPECT_EQ(text_of(folder / "out/human36m/test.txt"),
            "human36m/S11/,S11_Sitting_1.54138969_,1,36\n");
  const auto clips = read_list_file(folder / "out/human36m/train.txt", 8);
  const Image picture = read_picture(clips.front().files[7]);
  EXPECT_EQ(picture.width, 1024);
  EXPECT_NEAR(picture.pixels[0], 35 * 5, 4);  // JPEG of the picture numbered 35
}

TEST(Prepare, SaysWhenNothingFits) {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder / "source");
  write_video(folder / "source/a.avi", numbered_pictures(12));
  expect_error(ErrorCode::kWrongKind, "no clip of human36m", [&] { prepare(folder, "human36m"); });
}

TEST(ScaledPicture, KeepsFlatGroundAndAverages) {
  Image flat(7, 5);
  std::fill(flat.pixels.begin(), flat.pixels.end(), std::uint8_t{77});
  for (const auto& [width, height] : {std::pair{14, 10}, {3, 2}, {1, 1}, {7, 11}}) {
    const Image result = scaled(flat, width, height);
    EXPECT_EQ(result.width, width);
    EXPECT_EQ(result.height, height);
    for (const std::uint8_t value : result.pixels) EXPECT_EQ(value, 77);
  }
  Image steps(2, 1);
  for (int c = 0; c < 3; ++c) steps.pixels[std::size_t(3 + c)] = 200;
  const Image doubled = scaled(steps, 4, 1);
  EXPECT_EQ(doubled.pixels[0], 0);
  EXPECT_EQ(doubled.pixels[3], 50);
  EXPECT_EQ(doubled.pixels[6], 150);
  EXPECT_EQ(doubled.pixels[9], 200);
  EXPECT_EQ(scaled(steps, 1, 1).pixels[0], 100);
}

}  // namespace
}  // namespace stip::training
