#include "caps_map.h"

#include <gtest/gtest.h>

#include <string>

namespace stip::gst {
namespace {

CapsPtr caps(const std::string& width) {
  return CapsPtr(gst_caps_from_string(
      ("video/x-raw, format=I420, height=[1,9], pixel-aspect-ratio=4/3" + width).c_str()));
}

// Compared as text: gst_caps_is_equal() of 1.22 cannot compare lists with ranges in them.
std::string describe(const CapsPtr& mapped) {
  gchar* text = gst_caps_to_string(mapped.get());
  std::string described = text;
  g_free(text);
  return described;
}

void expect_doubled(const std::string& width, const std::string& doubled) {
  EXPECT_EQ(describe(double_width(caps(width).get())), describe(caps(doubled)));
}

void expect_halved(const std::string& width, const std::string& halved) {
  EXPECT_EQ(describe(halve_width(caps(width).get())), describe(caps(halved)));
}

TEST(CapsMap, DoublesNumbersRangesAndLists) {
  expect_doubled(", width=33", ", width=66");
  expect_doubled(", width=[1,100]", ", width=[2,200,2]");
  expect_doubled(", width=[4,8,4]", ", width=[8,16,8]");
  expect_doubled(", width={1,5,[10,20]}", ", width={2,10,[20,40,2]}");
  expect_doubled("", "");
}

TEST(CapsMap, DoublesUpToTheLargestNumber) {
  expect_doubled(", width=[1,2147483647]", ", width=[2,2147483646,2]");
  const CapsPtr mapped = double_width(caps(", width=1073741824").get());
  EXPECT_TRUE(gst_caps_is_empty(mapped.get()));
}

TEST(CapsMap, HalvesNumbersRangesAndLists) {
  expect_halved(", width=66", ", width=33");
  expect_halved(", width=[2,8192,2]", ", width=[1,4096]");
  expect_halved(", width=[1,2147483647]", ", width=[1,1073741823]");
  expect_halved(", width=[16,64,16]", ", width=[8,32,8]");
  expect_halved(", width=[3,27,3]", ", width=[3,12,3]");
  expect_halved(", width={4,5,[7,9]}", ", width={2,4}");
  expect_halved("", "");
}

TEST(CapsMap, OddWidthsAreNoTwoPictures) {
  EXPECT_TRUE(gst_caps_is_empty(halve_width(caps(", width=5").get()).get()));
  EXPECT_TRUE(gst_caps_is_empty(halve_width(caps(", width={1,3}").get()).get()));
}

TEST(CapsMap, HalvingUndoesDoubling) {
  for (const char* width : {", width=17", ", width=[1,1000]", ", width=[8,64,8]"}) {
    const CapsPtr back = halve_width(double_width(caps(width).get()).get());
    EXPECT_EQ(describe(back), describe(caps(width)));
  }
}

TEST(CapsMap, AnyStaysAny) {
  const CapsPtr any(gst_caps_new_any());
  EXPECT_TRUE(gst_caps_is_any(double_width(any.get()).get()));
  EXPECT_TRUE(gst_caps_is_any(halve_width(any.get()).get()));
}

}  // namespace
}  // namespace stip::gst
