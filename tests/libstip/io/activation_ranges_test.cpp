#include "io/activation_ranges.h"

#include <gtest/gtest.h>

#include "io/calibration_text.h"
#include "support/expect_error.h"

namespace stip {
namespace {

const ActivationRanges kRanges = {{"frame", {{0, 1}, {-0.25, 1.5}}}, {"decoder-s-0", {{-1, 0}}}};

TEST(ActivationRanges, AreReadAsTheyWereWritten) {
  EXPECT_TRUE(parse_activation_ranges(with_activation_ranges("", kRanges)) == kRanges);
  EXPECT_TRUE(parse_activation_ranges("").empty());
  EXPECT_TRUE(parse_activation_ranges("version: 1\n").empty());
}

TEST(ActivationRanges, LeaveTheRestOfACalibrationAlone) {
  Calibration errors;
  errors.horizons[2].frames = 77;
  errors.horizons[2].errors = {1, 2, 3, 4, 5, 6, 7, 8};
  const std::string both = with_activation_ranges(write_calibration(errors), kRanges);
  EXPECT_TRUE(parse_calibration(both) == errors);
  const std::string again = with_activation_ranges(both, {{"frame", {{0, 1}}}});
  EXPECT_EQ(parse_activation_ranges(again).size(), 1u);
  EXPECT_TRUE(parse_calibration(again) == errors);
}

TEST(ActivationRanges, RefuseWhatIsNone) {
  for (const char* text : {"[1, 2]", "activations: 3", "activations: {frame: [1]}",
                           "activations: {frame: [0.1, 1]}", "activations: {frame: [0, -1]}",
                           "activations: {frame: [0, .inf]}", "activations: {frame: [.nan, 1]}",
                           "activations: {frame: [a, b]}", "activations: {frame: []}", "a: ["}) {
    EXPECT_STIP_ERROR(parse_activation_ranges(text), ErrorCode::kWrongKind, "calibration");
  }
}

}  // namespace
}  // namespace stip
