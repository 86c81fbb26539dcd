#include "motion/float_picture.h"

#include <algorithm>
#include <cmath>

#include "motion/parallel_rows.h"

namespace stip {
namespace {

std::uint8_t to_byte(float value) {
  return static_cast<std::uint8_t>(std::lrintf(std::clamp(value, 0.0f, 255.0f)));
}

// Weights of one side: taps[0] is the middle's.
std::vector<float> gaussian_taps(double sigma) {
  const int radius = static_cast<int>(std::ceil(3 * sigma));
  std::vector<double> exact(static_cast<std::size_t>(radius) + 1);
  double sum = 0;
  for (int i = 0; i <= radius; ++i) {
    exact[static_cast<std::size_t>(i)] = std::exp(-0.5 * (i / sigma) * (i / sigma));
    sum += (i == 0 ? 1 : 2) * exact[static_cast<std::size_t>(i)];
  }
  std::vector<float> taps;
  for (const double tap : exact) taps.push_back(static_cast<float>(tap / sum));
  return taps;
}

// Row y blurred downwards into `line`, which has `radius` more pixels at each end.
void blur_column_wise(const FloatPicture& picture, const std::vector<float>& taps, int y,
                      std::vector<Float4>* line) {
  const int radius = static_cast<int>(taps.size()) - 1;
  const int width = picture.width;
  Float4* out = line->data() + radius;
  const Float4* middle = picture.row(y);
  for (int x = 0; x < width; ++x) out[x] = middle[x] * taps[0];
  for (int i = 1; i <= radius; ++i) {
    const Float4* above = picture.row(std::max(y - i, 0));
    const Float4* below = picture.row(std::min(y + i, picture.height - 1));
    const float tap = taps[static_cast<std::size_t>(i)];
    for (int x = 0; x < width; ++x) out[x] += (above[x] + below[x]) * tap;
  }
  std::fill(line->data(), out, out[0]);
  std::fill(out + width, line->data() + line->size(), out[width - 1]);
}

void blur_along(const std::vector<Float4>& line, const std::vector<float>& taps, int width,
                Float4* out) {
  const int radius = static_cast<int>(taps.size()) - 1;
  for (int x = 0; x < width; ++x) {
    const Float4* middle = line.data() + radius + x;
    Float4 sum = middle[0] * taps[0];
    for (int i = 1; i <= radius; ++i) {
      sum += (middle[-i] + middle[i]) * taps[static_cast<std::size_t>(i)];
    }
    out[x] = sum;
  }
}

}  // namespace

void to_float(const FrameView& frame, int threads, FloatPicture* out) {
  out->resize(frame.width, frame.height);
  const int blue = frame.order == PixelOrder::kBgr ? 0 : 2;
  parallel_rows(threads, frame.height, [&](int begin, int end) {
    for (int y = begin; y < end; ++y) {
      const std::uint8_t* from = frame.data + y * frame.stride;
      Float4* to = out->row(y);
      for (int x = 0; x < frame.width; ++x, from += 3) {
        to[x] = Float4{static_cast<float>(from[blue]), static_cast<float>(from[1]),
                       static_cast<float>(from[2 - blue]), 0};
      }
    }
  });
}

void to_bytes(const Float4* pixels, int count, PixelOrder order, std::uint8_t* bytes) {
  const int blue = order == PixelOrder::kBgr ? 0 : 2;
  for (int x = 0; x < count; ++x, bytes += 3) {
    bytes[blue] = to_byte(pixels[x][0]);
    bytes[1] = to_byte(pixels[x][1]);
    bytes[2 - blue] = to_byte(pixels[x][2]);
  }
}

void to_frame(const FloatPicture& picture, const MutableFrameView& frame, int threads) {
  parallel_rows(threads, frame.height, [&](int begin, int end) {
    for (int y = begin; y < end; ++y) {
      to_bytes(picture.row(y), frame.width, frame.order, frame.data + y * frame.stride);
    }
  });
}

void warp(const FloatPicture& picture, const FlowField& flow, int threads, FloatPicture* out) {
  out->resize(picture.width, picture.height);
  const int last_x = picture.width - 1;
  const int last_y = picture.height - 1;
  parallel_rows(threads, picture.height, [&](int begin, int end) {
    for (int y = begin; y < end; ++y) {
      const float* uv = flow.row(y);
      Float4* to = out->row(y);
      for (int x = 0; x <= last_x; ++x, uv += 2) {
        const float at_x =
            std::clamp(static_cast<float>(x) + uv[0], 0.0f, static_cast<float>(last_x));
        const float at_y =
            std::clamp(static_cast<float>(y) + uv[1], 0.0f, static_cast<float>(last_y));
        const int left = static_cast<int>(at_x);
        const int top = static_cast<int>(at_y);
        const std::ptrdiff_t right = left < last_x ? 1 : 0;
        const std::ptrdiff_t below = top < last_y ? picture.width : 0;
        const float part_x = at_x - static_cast<float>(left);
        const float part_y = at_y - static_cast<float>(top);
        const Float4* corner = picture.row(top) + left;
        const Float4 upper = corner[0] + (corner[right] - corner[0]) * part_x;
        const Float4 lower = corner[below] + (corner[below + right] - corner[below]) * part_x;
        to[x] = upper + (lower - upper) * part_y;
      }
    }
  });
}

void blur(const FloatPicture& picture, double sigma, int threads, FloatPicture* out) {
  const std::vector<float> taps = gaussian_taps(sigma);
  out->resize(picture.width, picture.height);
  parallel_rows(threads, picture.height, [&](int begin, int end) {
    std::vector<Float4> line(static_cast<std::size_t>(picture.width) + 2 * (taps.size() - 1));
    for (int y = begin; y < end; ++y) {
      blur_column_wise(picture, taps, y, &line);
      blur_along(line, taps, picture.width, out->row(y));
    }
  });
}

}  // namespace stip
