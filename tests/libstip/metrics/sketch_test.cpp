#include "stip/sketch.h"

#include <algorithm>
#include <cstdlib>

#include "metrics/psnr.h"
#include "metrics/ssim.h"
#include "support/expect_error.h"
#include "support/pictures.h"

namespace stip {
namespace {

using test::Picture;

TEST(Sketch, KeepsSmallPicturesWhole) {
  const Picture a = Picture::random(40, 30, 1);
  const Picture b = Picture::random(40, 30, 2);
  const Sketch sketch = make_sketch(a.view());
  EXPECT_EQ(sketch.factor, 1);
  EXPECT_EQ(sketch.pixels, a.pixels);
  EXPECT_DOUBLE_EQ(squared_error(sketch, make_sketch(b.view())), squared_error(a.view(), b.view()));
}

TEST(Sketch, MeansOfOddRestsAreOfTheirOwnPixels) {
  Picture a(513, 515);  // factor 2: the last column and row stand alone
  std::fill(a.pixels.begin(), a.pixels.end(), std::uint8_t{200});
  for (int c = 0; c < 3; ++c) a.pixels[a.pixels.size() - 1 - static_cast<std::size_t>(c)] = 17;
  const Sketch sketch = make_sketch(a.view());
  EXPECT_EQ(sketch.factor, 2);
  EXPECT_EQ(sketch.columns, 257);
  EXPECT_EQ(sketch.rows, 258);
  EXPECT_EQ(sketch.luma.front(), 200);
  EXPECT_EQ(sketch.luma[sketch.luma.size() - 2], 200);
  EXPECT_EQ(sketch.luma.back(), 17);
}

TEST(Sketch, EstimatesTheSquaredErrorOfTheWholePicture) {
  const Picture a = Picture::random(770, 600, 1);
  const Picture b = Picture::random(770, 600, 2);
  const double whole = squared_error(a.view(), b.view());
  EXPECT_NEAR(squared_error(make_sketch(a.view()), make_sketch(b.view())), whole, 0.01 * whole);
}

TEST(Sketch, KeptPixelsMoveSidewaysFromRowToRow) {
  const Picture a = Picture::random(520, 512, 3);  // factor 2
  const Sketch sketch = make_sketch(a.view());
  for (const int row : {0, 1, 2, 7}) {
    const auto kept = static_cast<std::size_t>(3 * (row * sketch.columns + 10));
    const auto taken = static_cast<std::size_t>(3 * ((2 * row + 1) * 520 + 20 + row % 2));
    EXPECT_EQ(sketch.pixels[kept], a.pixels[taken]) << row;
    EXPECT_EQ(sketch.pixels[kept + 2], a.pixels[taken + 2]) << row;
  }
}

TEST(Sketch, TheOrderOfColoursDoesNotMatter) {
  const Picture bgr = Picture::random(700, 520, 4);
  Picture rgb = bgr;
  for (std::size_t i = 0; i < rgb.pixels.size(); i += 3)
    std::swap(rgb.pixels[i], rgb.pixels[i + 2]);
  FrameView swapped = rgb.view();
  swapped.order = PixelOrder::kRgb;
  EXPECT_EQ(make_sketch(bgr.view()).luma, make_sketch(swapped).luma);
  EXPECT_EQ(make_sketch(bgr.view()).pixels, make_sketch(swapped).pixels);
}

TEST(Sketch, WeighsColoursAsTheEyeDoes) {
  const std::uint8_t pixels[] = {255, 0, 0, 0, 255, 0, 0, 0, 255};
  const Sketch sketch = make_sketch({pixels, 3, 1, 9, PixelOrder::kBgr});
  EXPECT_NEAR(sketch.luma[0], 0.114 * 255, 1);
  EXPECT_NEAR(sketch.luma[1], 0.587 * 255, 1);
  EXPECT_NEAR(sketch.luma[2], 0.299 * 255, 1);
}

TEST(Sketch, SsimIsThatOfTheReducedLuma) {
  const Sketch a = make_sketch(Picture::random(640, 520, 1).view());
  const Sketch b = make_sketch(Picture::moving(640, 520, 9).view());
  EXPECT_DOUBLE_EQ(ssim(a, b), ssim_of_planes(a.luma.data(), b.luma.data(), 320, 260));
}

TEST(Sketch, RefusesOtherSizesAndNothing) {
  const Sketch a = make_sketch(Picture::random(4, 6, 1).view());
  const Sketch b = make_sketch(Picture::random(6, 4, 1).view());
  EXPECT_STIP_ERROR(squared_error(a, b), ErrorCode::kInvalidArgument, "different sizes");
  EXPECT_STIP_ERROR(ssim(a, b), ErrorCode::kInvalidArgument, "different sizes");
  EXPECT_STIP_ERROR(make_sketch({nullptr, 4, 4, 12, PixelOrder::kBgr}), ErrorCode::kInvalidArgument,
                    "without data");
}

}  // namespace
}  // namespace stip
