#include "motion/optical_flow.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <new>

#include "stip/error.h"

namespace stip {
namespace {

// Of a field for the enlarged picture, the part that is the frame.
void crop(int stride, FlowField* field) {
  const std::ptrdiff_t row = std::ptrdiff_t{2} * field->width;
  for (int y = 1; y < field->height && stride != field->width; ++y) {
    const auto from = field->uv.begin() + std::ptrdiff_t{2} * stride * y;
    std::copy(from, from + row, field->uv.begin() + row * y);
  }
  field->uv.resize(static_cast<std::size_t>(row * field->height));
}

}  // namespace

void make_grey(const FrameView& frame, GreyPicture* out) {
  const bool bgr = frame.order == PixelOrder::kBgr;
  const int first = bgr ? 1868 : 4899;
  const int third = bgr ? 4899 : 1868;
  out->width = frame.width;
  out->height = frame.height;
  out->stride = std::max(frame.width, kSmallestFlowSide);
  const int rows = std::max(frame.height, kSmallestFlowSide);
  out->pixels.resize(static_cast<std::size_t>(out->stride) * rows);
  for (int y = 0; y < rows; ++y) {
    const std::uint8_t* pixel = frame.data + std::min(y, frame.height - 1) * frame.stride;
    std::uint8_t* grey = out->pixels.data() + static_cast<std::ptrdiff_t>(out->stride) * y;
    for (int x = 0; x < frame.width; ++x, pixel += 3) {
      grey[x] = static_cast<std::uint8_t>(
          (pixel[0] * first + pixel[1] * 9617 + pixel[2] * third + 8192) >> 14);
    }
    std::fill(grey + frame.width, grey + out->stride, grey[frame.width - 1]);
  }
}

OpticalFlow::~OpticalFlow() {
  if (flow_ != nullptr) open_flow_module().close(flow_);
}

void OpticalFlow::find(const GreyPicture& from, const GreyPicture& to, FlowField* out) {
  out->width = from.width;
  out->height = from.height;
  out->uv.resize(2 * from.pixels.size());
  if (from.pixels == to.pixels) {
    std::fill(out->uv.begin(), out->uv.end(), 0.0f);
  } else {
    const FlowModule& module = open_flow_module();
    if (flow_ == nullptr) flow_ = module.open(static_cast<int>(preset_));
    if (flow_ == nullptr) throw std::bad_alloc();
    std::array<char, 400> reason{};
    if (module.compute(flow_, from.pixels.data(), to.pixels.data(), from.stride,
                       static_cast<int>(from.pixels.size()) / from.stride, out->uv.data(),
                       reason.data(), static_cast<int>(reason.size())) != 0) {
      throw Error(ErrorCode::kFailed,
                  "the optical flow of frames of " + std::to_string(from.width) + "x" +
                      std::to_string(from.height) + " could not be computed",
                  reason.data());
    }
    // A value that is no number is no motion.
    for (float& value : out->uv) value = std::isfinite(value) ? value : 0.0f;
  }
  crop(from.stride, out);
}

}  // namespace stip
