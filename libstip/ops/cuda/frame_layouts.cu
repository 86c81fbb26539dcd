#include "ops/cuda/frame_layouts.h"

#include "ops/cuda/frame_read.cuh"
#include "ops/cuda/launch.h"
#include "ops/cuda/picture_write.cuh"

namespace stip::cuda {
namespace {

// A thread a pixel, in rows: neighbouring threads read and write neighbouring bytes.
constexpr int kRowThreads = 128;

dim3 row_grid(int width, int height) {
  return dim3(static_cast<unsigned>(divide_up(width, kRowThreads)), static_cast<unsigned>(height));
}

using Component = DeviceFrame::Component;

__device__ std::uint8_t* sample_at(const Component& component, int y, int x) {
  return component.data + y * component.stride + static_cast<std::ptrdiff_t>(x) * component.step;
}

__device__ float value_of(const Component& component, int sample) {
  return static_cast<float>(sample - component.offset) / static_cast<float>(component.scale);
}

__device__ std::uint8_t sample_of(const Component& component, float value) {
  const float scaled =
      rintf(value * static_cast<float>(component.scale) + static_cast<float>(component.offset));
  return static_cast<std::uint8_t>(scaled > 0 ? (scaled < 255 ? scaled : 255.0f) : 0.0f);
}

// One line of samples at a pixel's column.
__device__ int chroma_in_line(const DeviceFrame& frame, const Component& chroma, int line, int x) {
  if (frame.chroma_columns == 1) return *sample_at(chroma, line, x);
  const int here = x / 2, last = (frame.width + 1) / 2 - 1;
  const int own = *sample_at(chroma, line, here);
  if (frame.chroma_left) {
    if (x % 2 == 0 || here == last) return own;
    return (own + *sample_at(chroma, line, here + 1) + 1) / 2;
  }
  const int other = x % 2 == 0 ? here - 1 : here + 1;
  if (other < 0 || other > last) return own;
  return (3 * own + *sample_at(chroma, line, other) + 2) / 4;
}

// Chroma where a pixel is.
__device__ int chroma_at(const DeviceFrame& frame, const Component& chroma, int y, int x) {
  if (frame.chroma_lines == 1) return chroma_in_line(frame, chroma, y, x);
  const int here = y / 2, last = (frame.height + 1) / 2 - 1;
  const int own = chroma_in_line(frame, chroma, here, x);
  const int other = y % 2 == 0 ? here - 1 : here + 1;
  if (frame.chroma_top || other < 0 || other > last) return own;
  return (3 * own + chroma_in_line(frame, chroma, other, x) + 2) / 4;
}

__global__ void __launch_bounds__(kRowThreads)
    unpack_pixels_of(const __grid_constant__ DeviceFrame from, const MutablePicture to) {
  const int x = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  const int y = static_cast<int>(blockIdx.y);
  if (x >= to.width) return;
  const float first = value_of(from.component[0], *sample_at(from.component[0], y, x));
  float red = first, green = 0, blue = 0;
  if (from.is_yuv) {
    const float u = value_of(from.component[1], chroma_at(from, from.component[1], y, x));
    const float v = value_of(from.component[2], chroma_at(from, from.component[2], y, x));
    red = first + 2 * (1 - from.of_red) * v;
    blue = first + 2 * (1 - from.of_blue) * u;
    green = (first - from.of_red * red - from.of_blue * blue) / (1 - from.of_red - from.of_blue);
  } else {
    green = value_of(from.component[1], *sample_at(from.component[1], y, x));
    blue = value_of(from.component[2], *sample_at(from.component[2], y, x));
  }
  write_colour(to, y, x, 0, to_byte(red));
  write_colour(to, y, x, 1, to_byte(green));
  write_colour(to, y, x, 2, to_byte(blue));
}

// One pixel's luma (0), U (1) or V (2).
__device__ float yuv_of(const DeviceFrame& to, const float (&colours)[3], int which) {
  const float luma =
      to.of_red * colours[0] + to.of_blue * colours[2] + (1 - to.of_red - to.of_blue) * colours[1];
  if (which == 0) return luma;
  return which == 1 ? (colours[2] - luma) / (2 * (1 - to.of_blue))
                    : (colours[0] - luma) / (2 * (1 - to.of_red));
}

__device__ void read_pixel(const Picture& from, int y, int x, float (&colours)[3]) {
  for (int c = 0; c < 3; ++c) colours[c] = read_colour(from, y, x, c);
}

// Chroma of one pixel as bytes have it; of two pixels below each other, where they share it.
__device__ int chroma_of_column(const Picture& from, const DeviceFrame& to, int y, int x,
                                int which) {
  float colours[3];
  read_pixel(from, y, x, colours);
  const int own = sample_of(to.component[which], yuv_of(to, colours, which));
  if (to.chroma_lines == 1 || to.chroma_top) return own;
  read_pixel(from, y + 1, x, colours);  // the last line is repeated
  return (own + sample_of(to.component[which], yuv_of(to, colours, which)) + 1) / 2;
}

// What the sample of chroma becomes whose first pixel this is.
__device__ int chroma_from(const Picture& from, const DeviceFrame& to, int y, int x, int which) {
  const int own = chroma_of_column(from, to, y, x, which);
  if (to.chroma_columns == 1) return own;
  if (!to.chroma_left) {
    return x + 1 < to.width ? (own + chroma_of_column(from, to, y, x + 1, which) + 1) / 2 : own;
  }
  if (to.width < 2) return own;
  // GStreamer's own borders: what lies right of the last sample of an even width does not count.
  const int left = x > 0 ? chroma_of_column(from, to, y, x - 1, which) : own;
  const int right = x + 2 < to.width ? chroma_of_column(from, to, y, x + 1, which) : own;
  return x == 0 ? (3 * own + chroma_of_column(from, to, y, 1, which) + 2) / 4
                : (left + 2 * own + right + 2) / 4;
}

__global__ void __launch_bounds__(kRowThreads)
    pack_pixels(const Picture from, const Component fourth,
                const __grid_constant__ DeviceFrame to) {
  const int x = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  const int y = static_cast<int>(blockIdx.y);
  if (x >= to.width) return;
  float colours[3];
  read_pixel(from, y, x, colours);
  if (to.is_yuv) {
    *sample_at(to.component[0], y, x) = sample_of(to.component[0], yuv_of(to, colours, 0));
    if (x % to.chroma_columns == 0 && y % to.chroma_lines == 0) {
      const int column = x / to.chroma_columns, line = y / to.chroma_lines;
      for (int c = 1; c < 3; ++c) {
        *sample_at(to.component[c], line, column) =
            static_cast<std::uint8_t>(chroma_from(from, to, y, x, c));
      }
    }
  } else {
    for (int c = 0; c < 3; ++c) {
      *sample_at(to.component[c], y, x) = sample_of(to.component[c], colours[c]);
    }
  }
  if (to.fourth.data != nullptr && fourth.data != nullptr) {
    *sample_at(to.fourth, y, x) = *sample_at(fourth, y, x);
  }
}

}  // namespace

void unpack_frame(const DeviceFrame& from, const MutablePicture& to, cudaStream_t stream) {
  launch(unpack_pixels_of, row_grid(to.width, to.height), dim3(kRowThreads), stream, from, to);
}

void pack_frame(const Picture& from, const DeviceFrame& newest, const DeviceFrame& to,
                cudaStream_t stream) {
  launch(pack_pixels, row_grid(to.width, to.height), dim3(kRowThreads), stream, from, newest.fourth,
         to);
}

}  // namespace stip::cuda
