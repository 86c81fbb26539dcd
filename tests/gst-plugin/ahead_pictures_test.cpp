#include "ahead_pictures.h"

#include <gtest/gtest.h>

namespace stip::gst {
namespace {

constexpr GstClockTime kD = 40 * GST_MSECOND;

const PictureOrigin kNow;

std::vector<AheadPictures::Entry> entries(std::initializer_list<int> places) {
  std::vector<AheadPictures::Entry> all;
  for (int place : places) {
    BufferPtr picture(gst_buffer_new());
    GST_BUFFER_OFFSET(picture.get()) = static_cast<guint64>(place);
    all.push_back({static_cast<GstClockTime>(place) * kD, std::move(picture)});
  }
  return all;
}

// The place of what is found; -1: nothing.
int found(const AheadPictures& ahead, GstClockTime pts) {
  const BufferPtr picture = ahead.find(pts, kD / 2);
  return picture != nullptr ? static_cast<int>(GST_BUFFER_OFFSET(picture.get())) : -1;
}

TEST(AheadPictures, FindsTheNearest) {
  AheadPictures ahead;
  EXPECT_EQ(found(ahead, kD), -1);
  ahead.replace(0, entries({1, 2, 3}), kNow);
  EXPECT_EQ(found(ahead, 2 * kD), 2);
  EXPECT_EQ(found(ahead, 2 * kD), 2) << "it stays";
  EXPECT_EQ(found(ahead, 2 * kD - kD / 3), 2);
  EXPECT_EQ(found(ahead, 3 * kD + kD / 2), 3);
  EXPECT_EQ(found(ahead, 3 * kD + kD / 2 + 1), -1);
  ahead.clear();
  EXPECT_EQ(found(ahead, 2 * kD), -1);
}

TEST(AheadPictures, GrowsAsLongAsItIsOfOneFrame) {
  AheadPictures ahead;
  EXPECT_EQ(ahead.count(0), 0);
  ahead.replace(0, entries({1}), kNow);
  ahead.extend(0, entries({2, 3}), kNow);
  EXPECT_EQ(ahead.count(0), 3);
  EXPECT_EQ(ahead.count(kD), 0);
  EXPECT_EQ(found(ahead, 3 * kD), 3);
  ahead.replace(kD, entries({2}), kNow);
  ahead.extend(0, entries({4}), kNow);
  EXPECT_EQ(ahead.count(kD), 1);
  EXPECT_EQ(found(ahead, 4 * kD), -1) << "of a frame that is not the newest any more";
}

// A worker may end a rollout after a flush, or when frames of another size have come.
TEST(AheadPictures, WhatIsOfAnotherTimeOrSizeIsDropped) {
  GstVideoInfo info;
  gst_video_info_set_format(&info, GST_VIDEO_FORMAT_BGR, 16, 8);
  AheadPictures ahead;
  ahead.expect(info);
  const PictureOrigin small = PictureOrigin{}.looking(info);
  ahead.replace(5, entries({1}), small);
  EXPECT_EQ(ahead.count(5), 1);
  ahead.restart(1);
  EXPECT_EQ(ahead.count(5), 0) << "forgotten";
  ahead.replace(5, entries({1}), small);
  EXPECT_EQ(ahead.count(5), 0) << "of before the flush";
  PictureOrigin now = small;
  now.epoch = 1;
  ahead.replace(5, entries({1}), now);
  EXPECT_EQ(ahead.count(5), 1);
  ahead.expect(info);
  EXPECT_EQ(ahead.count(5), 1) << "the same caps again";
  gst_video_info_set_format(&info, GST_VIDEO_FORMAT_BGR, 32, 8);
  ahead.expect(info);
  EXPECT_EQ(ahead.count(5), 0);
  ahead.replace(6, entries({1}), now);
  ahead.extend(6, entries({2}), now);
  EXPECT_EQ(ahead.count(6), 0) << "of another size";
}

}  // namespace
}  // namespace stip::gst
