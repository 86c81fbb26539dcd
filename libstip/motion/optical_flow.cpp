#include "motion/optical_flow.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/frame_check.h"
#include "stip/error.h"

namespace stip {
namespace {

struct Grey {
  int width;
  int height;
  std::vector<std::uint8_t> pixels;
};

// Luma of BT.601 as OpenCV rounds it; beyond the frame's right and bottom edge, the edge.
Grey grey_of(const FrameView& frame, int width, int height) {
  const bool bgr = frame.order == PixelOrder::kBgr;
  const int first = bgr ? 1868 : 4899;
  const int third = bgr ? 4899 : 1868;
  Grey grey{width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width) * height)};
  for (int y = 0; y < height; ++y) {
    const std::uint8_t* pixel = frame.data + std::min(y, frame.height - 1) * frame.stride;
    std::uint8_t* out = grey.pixels.data() + static_cast<std::size_t>(width) * y;
    for (int x = 0; x < frame.width; ++x, pixel += 3) {
      out[x] = static_cast<std::uint8_t>(
          (pixel[0] * first + pixel[1] * 9617 + pixel[2] * third + 8192) >> 14);
    }
    std::fill(out + frame.width, out + width, out[frame.width - 1]);
  }
  return grey;
}

// Of the enlarged picture, the part that is the frame. A value that is no number is no motion.
FlowField cropped(const std::vector<float>& uv, int stride, int width, int height) {
  FlowField field{width, height, std::vector<float>(std::size_t{2} * width * height)};
  for (int y = 0; y < height; ++y) {
    const float* from = uv.data() + std::size_t{2} * stride * y;
    std::transform(from, from + std::ptrdiff_t{2} * width,
                   field.uv.begin() + std::ptrdiff_t{2} * width * y,
                   [](float value) { return std::isfinite(value) ? value : 0.0f; });
  }
  return field;
}

}  // namespace

FlowField optical_flow(const FrameView& from, const FrameView& to, FlowPreset preset) {
  check_frame(from, to.width, to.height);
  const int width = std::max(from.width, kSmallestFlowSide);
  const int height = std::max(from.height, kSmallestFlowSide);
  const Grey a = grey_of(from, width, height);
  const Grey b = grey_of(to, width, height);
  std::vector<float> uv(std::size_t{2} * width * height, 0.0f);
  if (a.pixels != b.pixels) {
    std::array<char, 400> reason{};
    if (open_flow_module()(a.pixels.data(), b.pixels.data(), width, height,
                           static_cast<int>(preset), uv.data(), reason.data(),
                           static_cast<int>(reason.size())) != 0) {
      throw Error(ErrorCode::kFailed,
                  "the optical flow of frames of " + std::to_string(from.width) + "x" +
                      std::to_string(from.height) + " could not be computed",
                  reason.data());
    }
  }
  return cropped(uv, width, from.width, from.height);
}

}  // namespace stip
