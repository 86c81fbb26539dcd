#include "ahead_pictures.h"

#include <gtest/gtest.h>

namespace stip::gst {
namespace {

constexpr GstClockTime kD = 40 * GST_MSECOND;

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
  ahead.replace(0, entries({1, 2, 3}));
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
  ahead.replace(0, entries({1}));
  ahead.extend(0, entries({2, 3}));
  EXPECT_EQ(ahead.count(0), 3);
  EXPECT_EQ(ahead.count(kD), 0);
  EXPECT_EQ(found(ahead, 3 * kD), 3);
  ahead.replace(kD, entries({2}));
  ahead.extend(0, entries({4}));
  EXPECT_EQ(ahead.count(kD), 1);
  EXPECT_EQ(found(ahead, 4 * kD), -1) << "of a frame that is not the newest any more";
}

}  // namespace
}  // namespace stip::gst
