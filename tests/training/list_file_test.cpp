#include "data/list_file.h"

#include "data/clip_dataset.h"
#include "data/data_check.h"
#include "data/padded_source.h"
#include "fake_source.h"
#include "media/picture.h"
#include "media_fixture.h"

namespace stip::training {
namespace {

class Lists : public testing::Test {
 protected:
  // data/ucf/clip/{0..9}.png, as the release lays its data out, the list in data/ucf.
  void SetUp() override {
    std::filesystem::create_directories(folder_ / "data/ucf/clip");
    for (int i = 0; i < 10; ++i) write_frame("data/ucf/clip/" + std::to_string(i) + ".png", i);
    list_ = folder_ / "data/ucf/test.txt";
  }
  void write_frame(const std::string& name, int number) {
    write_png(folder_ / name, numbered_picture(number).view());
  }

  TemporaryFolder folder_;
  std::string list_;
};

TEST_F(Lists, ReadsTheThreeFormatsOfTheRelease) {
  write_text(list_, "ucf/clip/,3\nucf/clip/,2,9999\r\n\n");
  const auto clips = read_list_file(list_, 4);
  ASSERT_EQ(clips.size(), 2u);
  ASSERT_EQ(clips[0].files.size(), 4u);
  EXPECT_EQ(clips[0].files[0], folder_ / "data/ucf/clip/3.png");
  EXPECT_EQ(clips[1].files[3], folder_ / "data/ucf/clip/5.png");
  EXPECT_EQ(read_list_file(list_, 0)[0].files.size(), 7u);  // as many as there are
  for (const int i : {21, 26, 31}) {
    write_frame("data/ucf/clip/S1_A.5_0000" + std::to_string(i) + ".jpg", i);
  }
  write_text(list_, "clip/,S1_A.5_,21,31\n");  // beside the list, too
  EXPECT_EQ(read_list_file(list_, 3)[0].files[2], folder_ / "data/ucf/clip/S1_A.5_000031.jpg");
}

TEST_F(Lists, SaysWhichLineIsWrong) {
  for (const char* line : {"clip/", "clip/,x", "clip/,1,x", "clip/,a,b,c,d", ",3", "clip/,-1"}) {
    write_text(list_, std::string("ucf/clip/,3\n") + line + "\n");
    expect_error(ErrorCode::kWrongKind, "test.txt:2", [&] { read_list_file(list_, 2); });
  }
  write_text(list_, "ucf/none/,3\n");
  expect_error(ErrorCode::kNotFound, "ucf/none", [&] { read_list_file(list_, 2); });
  write_text(list_, "ucf/clip/,8\n");
  expect_error(ErrorCode::kNotFound, "10.png", [&] { read_list_file(list_, 3); });
  write_text(list_, "\n");
  expect_error(ErrorCode::kWrongKind, "names no clips", [&] { read_list_file(list_, 3); });
  expect_error(ErrorCode::kNotFound, "nosuch.txt", [] { read_list_file("nosuch.txt", 3); });
}

TEST_F(Lists, AreSourcesOfClips) {
  write_text(list_, "ucf/clip/,3\nucf/clip/,0\n");
  const auto sources = open_sources({{list_, 0, -1, 1}}, nullptr, 5);
  ASSERT_EQ(sources.size(), 2u);
  EXPECT_EQ(sources[0].frames->count(), 5);
  EXPECT_EQ(sources[0].frames->read({1}).front(), numbered_picture(4));
  // The place is the picture's own, so that overlapping lines of two lists are noticed.
  EXPECT_EQ(sources[0].frames->place(0).frame, "3.png");
  EXPECT_EQ(sources[1].frames->place(3).frame, "3.png");
}

TEST_F(Lists, AreCheckedLikeOtherData) {
  write_frame("data/ucf/clip/6.png", 5);  // frozen
  write_text(list_, "ucf/clip/,3\n");
  std::filesystem::create_directories(folder_ / "other");
  write_frame("other/1.png", 40);
  write_frame("other/2.png", 4);  // a copy
  write_text(folder_ / "bad.mp4", "no video");
  write_png(folder_ / "data/ucf/clip/9.png", Image(8, 8).view());
  const auto ignore = [](const std::string&) {};
  auto reports = check_data({list_, folder_ / "other", folder_ / "bad.mp4"}, ignore);
  ASSERT_EQ(reports.size(), 3u);
  EXPECT_NE(reports[0].problem.find("8x8"), std::string::npos) << reports[0].problem;
  EXPECT_NE(reports[2].problem, "");
  std::filesystem::remove(folder_ / "data/ucf/clip/9.png");
  reports = check_data({list_, folder_ / "other"}, ignore);
  EXPECT_EQ(reports[0].problem, "");
  EXPECT_EQ(reports[0].frames, 6);
  EXPECT_EQ(reports[0].width, 32);
  EXPECT_EQ(reports[0].frozen, 1);
  EXPECT_EQ(reports[0].copies, 0);
  EXPECT_EQ(reports[1].frozen, 0);
  EXPECT_EQ(reports[1].copies, 1);
  EXPECT_EQ(reports[1].copied_from, reports[0].name);
  expect_error(ErrorCode::kNotFound, "nosuch", [&] { check_data({folder_ / "nosuch"}, ignore); });
}

TEST(PaddedSource, RepeatsTheLastColumnAndRow) {
  const auto source = std::make_shared<FakeSource>("a", 3, 16, 12);
  PaddedSource padded(source, 18, 16);
  const Image image = padded.read({2}).front();
  ASSERT_EQ(image.width, 18);
  ASSERT_EQ(image.height, 16);
  const auto pixel = [&](int x, int y) { return image.pixels.data() + y * image.stride() + 3 * x; };
  EXPECT_EQ(pixel(3, 5)[1], 3);
  EXPECT_EQ(pixel(17, 5)[1], 15);
  EXPECT_EQ(pixel(17, 15)[2], 11);
  EXPECT_EQ(pixel(2, 15)[1], 2);
  EXPECT_EQ(padded.count(), 3);
}

}  // namespace
}  // namespace stip::training
