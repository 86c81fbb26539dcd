#include "metrics/perceptual_distance.h"

#include <algorithm>
#include <limits>

#include "base/frame_check.h"
#include "base/torch_guard.h"
#include "io/release_checkpoint.h"
#include "metrics/alexnet_distance.h"

namespace stip {
namespace {

constexpr int kSmallestSide = 31;

std::map<std::string, torch::Tensor> read_all(const std::vector<std::string>& files) {
  std::map<std::string, torch::Tensor> all;
  for (const std::string& file : files) {
    try {
      all.merge(read_release_checkpoint(file));
    } catch (const Error& error) {
      if (error.code() != ErrorCode::kWrongKind) throw;
      throw Error(ErrorCode::kWrongKind,
                  "the LPIPS weights in " + file +
                      " cannot be read: give a file that torch.save of version 1.6 or newer wrote "
                      "(an older one: load and save it again)",
                  error.what());
    }
  }
  return all;
}

// [1, 3, H, W], -1..1, channels as given or turned round.
torch::Tensor to_tensor(const FrameView& frame, bool rgb) {
  const torch::Tensor bytes =
      torch::from_blob(const_cast<std::uint8_t*>(frame.data), {frame.height, frame.width, 3},
                       {frame.stride, 3, 1}, torch::kUInt8);
  torch::Tensor picture = bytes.to(torch::kFloat32).permute({2, 0, 1}).unsqueeze(0) / 127.5 - 1;
  const bool turn = rgb != (frame.order == PixelOrder::kRgb);
  return turn ? picture.flip(1) : picture;
}

}  // namespace

class PerceptualDistance::Network : public AlexNetDistance {
  using AlexNetDistance::AlexNetDistance;
};

PerceptualDistance::PerceptualDistance(const std::vector<std::string>& files)
    : network_(guard_torch("reading the LPIPS weights",
                           [&] { return std::make_unique<const Network>(read_all(files)); })) {}

PerceptualDistance::~PerceptualDistance() = default;

double PerceptualDistance::operator()(const FrameView& a, const FrameView& b,
                                      PerceptualConvention convention) const {
  check_frame(a, b.width, b.height);
  if (std::min(a.width, a.height) < kSmallestSide) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const bool paper = convention == PerceptualConvention::kPaper;
  return guard_torch("computing LPIPS", [&] {
    return (paper ? 100 : 1) *
           network_->distance(to_tensor(a, !paper), to_tensor(b, !paper), paper);
  });
}

}  // namespace stip
