// How long a video is and should be: what needs no GStreamer of VideoIndex.
#include "media/video_index.h"

namespace stip::training {
namespace {

constexpr std::uint64_t kSecond = 1000000000;
constexpr std::uint64_t kUnknown = ~std::uint64_t{0};

std::uint64_t frame_length(const FrameRate& rate) {
  if (rate.numerator < 1 || rate.denominator < 1) return 0;
  return kSecond * std::uint64_t(rate.denominator) / std::uint64_t(rate.numerator);
}

}  // namespace

std::uint64_t VideoIndex::end() const {
  return pts.empty() || pts.back() == kUnknown ? 0 : pts.back() + frame_length(rate);
}

bool VideoIndex::cut_short() const {
  const std::uint64_t there = end();
  if (there == 0 || there >= duration) return false;
  const std::uint64_t missing = duration - there;
  return missing > kSecond / 2 && missing > duration / 10;
}

}  // namespace stip::training
