#include "io/calibration_text.h"

#include "support/expect_error.h"

namespace stip {
namespace {

Calibration example() {
  Calibration calibration;
  calibration.horizons[1] = error_quantiles({1.0 / 3, 2, 1000.125});
  calibration.horizons[5] = error_quantiles({7, 9});
  return calibration;
}

TEST(CalibrationText, ReadsBackWhatItWrote) {
  EXPECT_TRUE(parse_calibration(write_calibration(example())) == example());
  EXPECT_TRUE(parse_calibration(write_calibration({})) == Calibration());
}

TEST(CalibrationText, AnEmptyTextCalibratesNothing) {
  EXPECT_TRUE(parse_calibration("").horizons.empty());
}

TEST(CalibrationText, RefusesWhatItDoesNotWrite) {
  const std::string one = "horizons: {1: {frames: 3, errors: ";
  for (const std::string& text :
       {std::string("{"), std::string("- a"), std::string("horizons: 3"),
        std::string("colour: red"), std::string("version: many"), one + "[1, 2]}}", one + "3}}",
        one + "[1, 2, 3, 4, 5, 6, 7, 6]}}", one + "[1, 2, 3, 4, 5, 6, 7, .nan]}}",
        one + "[-1, 2, 3, 4, 5, 6, 7, 8]}}", one + "[a, 2, 3, 4, 5, 6, 7, 8]}}",
        std::string("horizons: {0: {errors: [1, 2, 3, 4, 5, 6, 7, 8]}}"),
        std::string("horizons: {65: {errors: [1, 2, 3, 4, 5, 6, 7, 8]}}"),
        std::string("horizons: {one: {errors: [1, 2, 3, 4, 5, 6, 7, 8]}}")}) {
    EXPECT_STIP_ERROR(parse_calibration(text), ErrorCode::kWrongKind, "calibration");
  }
}

TEST(CalibrationText, NamesANewerVersion) {
  EXPECT_STIP_ERROR(parse_calibration("version: 2"), ErrorCode::kNewerVersion, "newer version");
}

}  // namespace
}  // namespace stip
