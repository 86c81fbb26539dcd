#include "predict/frame_fit.h"

#include <algorithm>

#include "base/frame_check.h"
#include "ops/patching.h"

namespace stip {

FrameFit::FrameFit(const ModelConfig& config, int width, int height, Resize resize, bool halved)
    : patch_(config.patch),
      colour_(config.colour),
      geometry_(fit_geometry(config, width, height, resize, halved)) {}

// A packed copy of the network's size: the last column and row are repeated.
torch::Tensor FrameFit::padded(const FrameView& frame) const {
  auto copy = torch::empty({geometry_.network_height, geometry_.network_width, 3}, torch::kUInt8);
  auto* const data = copy.data_ptr<std::uint8_t>();
  const std::ptrdiff_t stride = std::ptrdiff_t{3} * geometry_.network_width;
  copy_frame(frame, {data, geometry_.width, geometry_.height, stride, colour_});
  for (int y = 0; y < geometry_.height; ++y) {
    std::uint8_t* const end = data + y * stride + std::ptrdiff_t{3} * geometry_.width;
    for (int i = 0; i < 3 * (geometry_.network_width - geometry_.width); ++i) end[i] = end[i - 3];
  }
  for (int y = geometry_.height; y < geometry_.network_height; ++y) {
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
  check_frame(frame, geometry_.width, geometry_.height);
  torch::Tensor picture;
  if (geometry_.pads || (geometry_.same_size())) {
    picture = padded(frame).to(torch::kFloat32) / 255;
  } else {
    auto copy = torch::empty({geometry_.height, geometry_.width, 3}, torch::kUInt8);
    copy_frame(frame, {copy.data_ptr<std::uint8_t>(), geometry_.width, geometry_.height,
                       std::ptrdiff_t{3} * geometry_.width, colour_});
    picture =
        scaled(copy.to(torch::kFloat32) / 255, geometry_.network_height, geometry_.network_width);
  }
  return to_patches(picture, patch_).unsqueeze(0);
}

torch::Tensor FrameFit::picture_from_network(const torch::Tensor& patched) const {
  const auto picture = from_patches(patched.squeeze(0), patch_);  // [H, W, 3]
  if (geometry_.pads) return picture.slice(0, 0, geometry_.height).slice(1, 0, geometry_.width);
  if (geometry_.same_size()) return picture;
  return scaled(picture, geometry_.height, geometry_.width);
}

void FrameFit::from_network(const torch::Tensor& patched, const MutableFrameView& frame) const {
  const auto rounded =
      (picture_from_network(patched).clamp(0, 1) * 255).round().to(torch::kUInt8).contiguous();
  copy_frame({rounded.data_ptr<std::uint8_t>(), geometry_.width, geometry_.height,
              std::ptrdiff_t{3} * geometry_.width, colour_},
             frame);
}

}  // namespace stip
