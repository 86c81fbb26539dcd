#include "ops/cuda/pictures.h"

#include <gtest/gtest.h>

#include <limits>
#include "libstip/cuda/device_test.h"
#include "ops/reference/gpu_kernels.h"
#include "predict/cuda/picture_copies.h"
#include "support/pictures.h"

namespace stip {
namespace {

using cuda::padded;
namespace reference = gpu::reference;

class PicturesTest : public test::DeviceTest {};

TEST_F(PicturesTest, PredictionsBecomeBytes) {
  for (const int patch : {1, 2, 3, 8}) {
    for (const int pixel_bytes : {3, 4}) {
      SCOPED_TRACE(patch * 10 + pixel_bytes);
      const int grid_height = 3, grid_width = 5, fc = 3 * patch * patch, step = padded(fc);
      reference::Map patched(grid_height, grid_width, fc);
      patched.values = test::random_values<float>(patched.values.size(), 1, 1.5f);
      patched.values[1] = std::numeric_limits<double>::quiet_NaN();
      patched.values[2] = 0.5 / 255;  // ties go to the even neighbour
      std::vector<double> floats(std::size_t(grid_height * grid_width * step));
      for (std::size_t i = 0; i < patched.values.size(); ++i) {
        floats[i / std::size_t(fc) * std::size_t(step) + i % std::size_t(fc)] = patched.values[i];
      }
      const auto from = cuda::uploaded(test::as<float>(floats), *stream);
      reference::Bytes expected(grid_height * patch - patch / 2, grid_width * patch - patch / 3);
      reference::unpatch_picture(patched, patch, expected);
      const std::ptrdiff_t stride = expected.width * pixel_bytes + 3;
      std::vector<std::uint8_t> bytes(std::size_t(stride) * std::size_t(expected.height), 7);
      const auto to = cuda::uploaded(bytes, *stream);
      cuda::store_picture(
          {from.data(), step, patch, grid_width},
          {to.data(), expected.width, expected.height, stride, pixel_bytes, {2, 1, 0}},
          stream->get());
      bytes = cuda::downloaded(to, *stream);
      for (int y = 0; y < expected.height; ++y) {
        for (int x = 0; x < expected.width; ++x) {
          const std::uint8_t* pixel = &bytes[std::size_t(y * stride + x * pixel_bytes)];
          for (int c = 0; c < 3; ++c)
            ASSERT_EQ(pixel[2 - c], expected.at(y, x, c)) << y << " " << x;
          if (pixel_bytes == 4) {
            ASSERT_EQ(pixel[3], 255);
          }
        }
        for (std::ptrdiff_t i = expected.width * pixel_bytes; i < stride; ++i) {
          ASSERT_EQ(bytes[std::size_t(y * stride + i)], 7) << "beyond the row";
        }
      }
    }
  }
}

TEST_F(PicturesTest, Nv12BecomesPacked) {
  for (const bool bt709 : {false, true}) {
    const int width = 37, height = 21, luma_stride = 48, chroma_stride = 40;
    std::mt19937 generator(3);
    std::vector<std::uint8_t> luma(std::size_t(luma_stride * height)),
        chroma(std::size_t(chroma_stride * (height + 1) / 2));
    for (auto& byte : luma) byte = static_cast<std::uint8_t>(generator());
    for (auto& byte : chroma) byte = static_cast<std::uint8_t>(generator());
    const auto device_luma = cuda::uploaded(luma, *stream),
               device_chroma = cuda::uploaded(chroma, *stream);
    const cuda::DeviceArray<std::uint8_t> to(std::size_t(width * height * 3));
    cuda::Picture from;
    from.data = device_luma.data();
    from.width = width;
    from.height = height;
    from.stride = luma_stride;
    from.chroma = device_chroma.data();
    from.chroma_stride = chroma_stride;
    from.bt709 = bt709;
    cuda::unpack_nv12(from, {to.data(), width, height, width * 3, 3, {0, 1, 2}}, stream->get());
    const auto bytes = cuda::downloaded(to, *stream);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const auto pair = std::size_t(y / 2 * chroma_stride + x / 2 * 2);
        const auto expected = reference::unpack_nv12(luma[std::size_t(y * luma_stride + x)],
                                                     chroma[pair], chroma[pair + 1], bt709);
        for (std::size_t c = 0; c < 3; ++c) {
          // One off where double and single precision fall on two sides of a tie.
          ASSERT_NEAR(bytes[std::size_t(y * width + x) * 3 + c], expected[c], 1);
        }
      }
    }
  }
}

TEST(PictureCopies, AreWholeWhateverTheNumberOfThreads) {
  const int width = 700, height = 501;
  const test::Picture picture = test::Picture::random(width, height, 1);
  for (const int threads : {0, 1, 3}) {
    cuda::PictureCopies copies(std::size_t{8} << 20, threads);
    test::Picture swapped(width, height), back(width, height);
    MutableFrameView rgb = swapped.mutable_view();
    rgb.order = PixelOrder::kRgb;
    copies.copy(picture.view(), rgb);
    EXPECT_EQ(swapped.pixels[0], picture.pixels[2]);
    copies.copy(rgb, back.mutable_view());
    EXPECT_EQ(back.pixels, picture.pixels);
  }
}

}  // namespace
}  // namespace stip
