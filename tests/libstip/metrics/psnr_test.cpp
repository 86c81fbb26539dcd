#include <gtest/gtest.h>

#include "metrics/psnr.h"
#include "support/pictures.h"

namespace stip {
namespace {

TEST(Psnr, IsFlooredAtAQuarterLevel) {
  EXPECT_NEAR(psnr(0), 60.17, 0.005);
  EXPECT_NEAR(psnr(1), 48.13, 0.005);
}

TEST(Psnr, ComparesPicturesOfDifferentStrides) {
  const test::Picture a(3, 2);
  const std::vector<std::uint8_t> wide(2 * 12, 2);
  const FrameView b{wide.data(), 3, 2, 12, PixelOrder::kBgr};
  EXPECT_DOUBLE_EQ(squared_error(a.view(), b), 4);
}

}  // namespace
}  // namespace stip
