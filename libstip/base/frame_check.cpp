#include "base/frame_check.h"

#include <cstring>
#include <string>

#include "stip/error.h"

namespace stip {

namespace {

template <typename Frame>
void check_size(const Frame& frame, int width, int height) {
  if (frame.width == width && frame.height == height) return;
  throw Error(ErrorCode::kInvalidArgument,
              "a frame of " + std::to_string(frame.width) + "x" + std::to_string(frame.height) +
                  " was given; this predictor was made for " + std::to_string(width) + "x" +
                  std::to_string(height));
}

}  // namespace

void check_frame(const DeviceFrame& frame, int width, int height) {
  check_size(frame, width, height);
  for (const DeviceFrame::Component& component : frame.component) {
    if (component.data != nullptr) continue;
    throw Error(ErrorCode::kInvalidArgument, "a frame without data was given");
  }
}

void check_frame(const FrameView& frame, int width, int height) {
  check_size(frame, width, height);
  if (frame.data == nullptr || frame.stride < std::ptrdiff_t{3} * frame.width) {
    throw Error(ErrorCode::kInvalidArgument,
                "a frame without data or with a stride under 3 bytes a pixel was given");
  }
}

void copy_frame(const FrameView& from, const MutableFrameView& to) {
  check_frame(from, to.width, to.height);
  for (int y = 0; y < to.height; ++y) {
    const std::uint8_t* source = from.data + y * from.stride;
    std::uint8_t* target = to.data + y * to.stride;
    if (from.order == to.order) {
      std::memcpy(target, source, std::size_t{3} * static_cast<std::size_t>(to.width));
      continue;
    }
    for (int x = 0; x < to.width; ++x, source += 3, target += 3) {
      target[0] = source[2];
      target[1] = source[1];
      target[2] = source[0];
    }
  }
}

}  // namespace stip
