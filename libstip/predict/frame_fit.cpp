#include "predict/frame_fit.h"

#include <algorithm>

#include "base/frame_check.h"
#include "ops/patching.h"

namespace stip {
namespace {

int round_up(int value, int multiple) { return (value + multiple - 1) / multiple * multiple; }

}  // namespace

FrameFit::FrameFit(const ModelConfig& config, int width, int height, Resize resize)
    : patch_(config.patch), colour_(config.colour), width_(width), height_(height) {
  network_width_ = round_up(width, config.multiple());
  network_height_ = round_up(height, config.multiple());
  pads_ = resize != Resize::kScale;
  if (config.norm == Norm::kChannel) return;
  // Weights tied to one size: pad up to it where that is asked for or is only the usual rounding.
  const bool only_rounding = network_width_ == config.width && network_height_ == config.height;
  const bool fits = width <= config.width && height <= config.height;
  if (resize == Resize::kPad && !fits) {
    throw Error(ErrorCode::kInvalidArgument,
                "frames of " + std::to_string(width) + "x" + std::to_string(height) +
                    " cannot be padded to this model's " + std::to_string(config.width) + "x" +
                    std::to_string(config.height) + "; use resize=auto or scale");
  }
  pads_ = resize == Resize::kPad || (resize == Resize::kAuto && only_rounding);
  network_width_ = config.width;
  network_height_ = config.height;
}

// A packed copy of the network's size: the last column and row are repeated.
torch::Tensor FrameFit::padded(const FrameView& frame) const {
  auto copy = torch::empty({network_height_, network_width_, 3}, torch::kUInt8);
  auto* const data = copy.data_ptr<std::uint8_t>();
  const std::ptrdiff_t stride = std::ptrdiff_t{3} * network_width_;
  copy_frame(frame, {data, width_, height_, stride, colour_});
  for (int y = 0; y < height_; ++y) {
    std::uint8_t* const end = data + y * stride + std::ptrdiff_t{3} * width_;
    for (int i = 0; i < 3 * (network_width_ - width_); ++i) end[i] = end[i - 3];
  }
  for (int y = height_; y < network_height_; ++y) {
    std::copy_n(data + (y - 1) * stride, stride, data + y * stride);
  }
  return copy;
}

// [H, W, 3] float; smaller pictures are made with antialiasing.
torch::Tensor FrameFit::scaled(const torch::Tensor& picture, int height, int width) const {
  const auto nchw = picture.permute({2, 0, 1}).unsqueeze(0);
  return at::_upsample_bilinear2d_aa(nchw, {height, width}, false).squeeze(0).permute({1, 2, 0});
}

torch::Tensor FrameFit::to_network(const FrameView& frame) const {
  check_frame(frame, width_, height_);
  torch::Tensor picture;
  if (pads_ || (width_ == network_width_ && height_ == network_height_)) {
    picture = padded(frame).to(torch::kFloat32) / 255;
  } else {
    auto copy = torch::empty({height_, width_, 3}, torch::kUInt8);
    copy_frame(frame, {copy.data_ptr<std::uint8_t>(), width_, height_, std::ptrdiff_t{3} * width_,
                       colour_});
    picture = scaled(copy.to(torch::kFloat32) / 255, network_height_, network_width_);
  }
  return to_patches(picture, patch_).unsqueeze(0);
}

torch::Tensor FrameFit::picture_from_network(const torch::Tensor& patched) const {
  const auto picture = from_patches(patched.squeeze(0), patch_);  // [H, W, 3]
  if (pads_) return picture.slice(0, 0, height_).slice(1, 0, width_);
  if (network_width_ == width_ && network_height_ == height_) return picture;
  return scaled(picture, height_, width_);
}

void FrameFit::from_network(const torch::Tensor& patched, const MutableFrameView& frame) const {
  const auto rounded =
      (picture_from_network(patched).clamp(0, 1) * 255).round().to(torch::kUInt8).contiguous();
  copy_frame(
      {rounded.data_ptr<std::uint8_t>(), width_, height_, std::ptrdiff_t{3} * width_, colour_},
      frame);
}

}  // namespace stip
