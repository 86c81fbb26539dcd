#include "ops/cuda/pictures.h"

#include "ops/cuda/frame_read.cuh"
#include "ops/cuda/launch.h"
#include "ops/cuda/picture_write.cuh"

namespace stip::cuda {
namespace {

// A thread a pixel, in rows: neighbouring threads write neighbouring bytes.
constexpr int kPixelThreads = 128;

dim3 pixel_grid(int width, int height) {
  return dim3(static_cast<unsigned>(divide_up(width, kPixelThreads)),
              static_cast<unsigned>(height));
}

__device__ void write_pixel(const MutablePicture& to, int y, int x,
                            const std::uint8_t (&colours)[3]) {
  for (int c = 0; c < 3; ++c) write_colour(to, y, x, c, colours[c]);
}

__device__ float* pixel_of(const PatchedFrame& frame, int y, int x) {
  const std::ptrdiff_t cell =
      static_cast<std::ptrdiff_t>(y / frame.patch) * frame.grid_width + x / frame.patch;
  return frame.data + cell * frame.step + (y % frame.patch * frame.patch + x % frame.patch) * 3;
}

__global__ void __launch_bounds__(kPixelThreads)
    store_pixels(const PatchedFrame from, const MutablePicture to) {
  const int x = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  const int y = static_cast<int>(blockIdx.y);
  if (x >= to.width) return;
  const float* const pixel = pixel_of(from, y, x);
  const std::uint8_t colours[3] = {to_byte(pixel[0]), to_byte(pixel[1]), to_byte(pixel[2])};
  write_pixel(to, y, x, colours);
}

__global__ void __launch_bounds__(kPixelThreads)
    unpack_pixels(const Picture from, const MutablePicture to) {
  const int x = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  const int y = static_cast<int>(blockIdx.y);
  if (x >= to.width) return;
  const std::uint8_t colours[3] = {nv12_colour(from, y, x, 0), nv12_colour(from, y, x, 1),
                                   nv12_colour(from, y, x, 2)};
  write_pixel(to, y, x, colours);
}

__global__ void __launch_bounds__(kPixelThreads)
    scale_columns_of_row(const __grid_constant__ Narrowing all) {
  const int x = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  const int y = static_cast<int>(blockIdx.y);
  if (x >= all.to_width) return;
  const float* const weights =
      all.columns.weights + static_cast<std::ptrdiff_t>(x) * all.columns.most;
  const int first = all.columns.first[x];
  const int patch = all.from.patch;
  const bool patched = *all.from.is_patched != 0;
  float sums[3] = {0, 0, 0};
  for (int i = 0; i < all.columns.count[x]; ++i) {
    const int column = first + i;
    const std::ptrdiff_t cell =
        static_cast<std::ptrdiff_t>(y / patch) * all.from.grid_width + column / patch;
    const float* const pixel =
        all.from.patched + cell * all.from.patched_step + (y % patch * patch + column % patch) * 3;
    for (int c = 0; c < 3; ++c) {
      sums[c] += weights[i] * (patched ? pixel[c] : read_colour(all.from.picture, y, column, c));
    }
  }
  float* const to = all.to + (static_cast<std::ptrdiff_t>(y) * all.to_width + x) * 3;
  for (int c = 0; c < 3; ++c) to[c] = sums[c];
}

__global__ void __launch_bounds__(kPixelThreads)
    scale_rows_of_column(const __grid_constant__ Shortening all) {
  const int x = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  const int y = static_cast<int>(blockIdx.y);
  if (x >= all.width) return;
  const float* const weights = all.rows.weights + static_cast<std::ptrdiff_t>(y) * all.rows.most;
  const int first = all.rows.first[y];
  float sums[3] = {0, 0, 0};
  for (int i = 0; i < all.rows.count[y]; ++i) {
    const float* const pixel =
        all.from + (static_cast<std::ptrdiff_t>(first + i) * all.width + x) * 3;
    for (int c = 0; c < 3; ++c) sums[c] += weights[i] * pixel[c];
  }
  if (all.to_bytes.data != nullptr) {
    const std::uint8_t colours[3] = {to_byte(sums[0]), to_byte(sums[1]), to_byte(sums[2])};
    write_pixel(all.to_bytes, y, x, colours);
  } else {
    float* const pixel = pixel_of(all.to, y, x);
    for (int c = 0; c < 3; ++c) pixel[c] = sums[c];
  }
}

}  // namespace

void store_picture(const PatchedFrame& from, const MutablePicture& to, cudaStream_t stream) {
  launch(store_pixels, pixel_grid(to.width, to.height), dim3(kPixelThreads), stream, from, to);
}

void unpack_nv12(const Picture& from, const MutablePicture& to, cudaStream_t stream) {
  launch(unpack_pixels, pixel_grid(to.width, to.height), dim3(kPixelThreads), stream, from, to);
}

void scale_columns(const Narrowing& narrowing, cudaStream_t stream) {
  launch(scale_columns_of_row, pixel_grid(narrowing.to_width, narrowing.from_height),
         dim3(kPixelThreads), stream, narrowing);
}

void scale_rows(const Shortening& shortening, cudaStream_t stream) {
  launch(scale_rows_of_column, pixel_grid(shortening.width, shortening.height), dim3(kPixelThreads),
         stream, shortening);
}

}  // namespace stip::cuda
