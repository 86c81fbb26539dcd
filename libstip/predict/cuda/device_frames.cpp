#include "predict/cuda/device_frames.h"

#include <algorithm>

#include "predict/engine/resample.h"

namespace stip::cuda {
namespace {

constexpr const char* kTaking = "taking a frame in";

}  // namespace

DeviceFrames::DeviceFrames(const FitGeometry& geometry, const Shape& shape, int frame_channels,
                           int slots)
    : geometry_(geometry), shape_(shape), frame_channels_(frame_channels) {
  const DeviceStream stream;
  slots_.resize(static_cast<std::size_t>(slots));
  std::vector<std::uint8_t> kinds(slots_.size() + 2);
  kinds[slots_.size() + 1] = 1;
  kinds_ = uploaded(kinds, stream);
  if (geometry.pads || geometry.same_size()) {
    for (Slot& slot : slots_) slot.bytes = DeviceArray<std::uint8_t>(picture_bytes());
    return;
  }
  Scaling scaling;
  scaling.columns_down = make_axis(geometry.width, geometry.network_width, stream);
  scaling.rows_down = make_axis(geometry.height, geometry.network_height, stream);
  scaling.columns_up = make_axis(geometry.network_width, geometry.width, stream);
  scaling.rows_up = make_axis(geometry.network_height, geometry.height, stream);
  const auto floats = [](int height, int width) {
    return std::size_t{3} * static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
  };
  scaling.narrow_down = DeviceArray<float>(floats(geometry.height, geometry.network_width));
  scaling.narrow_up = DeviceArray<float>(floats(geometry.network_height, geometry.width));
  scaling.upload = DeviceArray<std::uint8_t>(picture_bytes());
  scaling_ = std::move(scaling);
  make_patched_slots();
}

DeviceFrames::Axis DeviceFrames::make_axis(int from, int to, const DeviceStream& stream) {
  const auto all = engine::resample_taps(from, to);
  Axis axis;
  std::vector<int> first, count;
  for (const engine::ResampleTaps& taps : all) {
    first.push_back(taps.first);
    count.push_back(static_cast<int>(taps.weights.size()));
    axis.most = std::max(axis.most, count.back());
  }
  std::vector<float> weights(all.size() * static_cast<std::size_t>(axis.most));
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::copy(all[i].weights.begin(), all[i].weights.end(),
              weights.begin() + static_cast<std::ptrdiff_t>(i) * axis.most);
  }
  axis.first = uploaded(first, stream);
  axis.count = uploaded(count, stream);
  axis.weights = uploaded(weights, stream);
  return axis;
}

void DeviceFrames::take(int slot, const unsigned char* pinned, cudaStream_t stream) {
  std::uint8_t* const to =
      scaling_ ? scaling_->upload.data() : slots_[static_cast<std::size_t>(slot)].bytes.data();
  check(cudaMemcpyAsync(to, pinned, picture_bytes(), cudaMemcpyHostToDevice, stream), kTaking);
  if (scaling_) scale_down(slot, stream);
  check(cudaMemsetAsync(kinds_.data() + slot, scaling_ ? 1 : 0, 1, stream), kTaking);
}

void DeviceFrames::scale_down(int slot, cudaStream_t stream) {
  Narrowing narrowing;
  narrowing.from.picture = picture(scaling_->upload.data());
  narrowing.from.is_patched = kinds_.data() + slots_.size();
  narrowing.from_height = geometry_.height;
  narrowing.to_width = geometry_.network_width;
  narrowing.columns = scaling_->columns_down.taps();
  narrowing.to = scaling_->narrow_down.data();
  scale_columns(narrowing, stream);
  Shortening shortening;
  shortening.from = scaling_->narrow_down.data();
  shortening.width = geometry_.network_width;
  shortening.height = geometry_.network_height;
  shortening.rows = scaling_->rows_down.taps();
  shortening.to = patched(slots_[static_cast<std::size_t>(slot)].patched);
  scale_rows(shortening, stream);
}

bool DeviceFrames::make_patched_slots() {
  if (slots_.front().patched.height > 0) return false;
  std::vector<DeviceMap<float>> made;  // all of them or none
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    made.emplace_back(shape_.grid_height, shape_.grid_width, frame_channels_);
  }
  for (std::size_t i = 0; i < slots_.size(); ++i) slots_[i].patched = std::move(made[i]);
  return true;
}

void DeviceFrames::take_patched(int slot, const DeviceMap<float>& frame, cudaStream_t stream) {
  check(cudaMemcpyAsync(slots_[static_cast<std::size_t>(slot)].patched.data(), frame.data(),
                        frame.values.size() * sizeof(float), cudaMemcpyDeviceToDevice, stream),
        kTaking);
  check(cudaMemsetAsync(kinds_.data() + slot, 1, 1, stream), kTaking);
}

Picture DeviceFrames::picture(const std::uint8_t* bytes) const {
  Picture picture;
  picture.data = bytes;
  picture.width = geometry_.width;
  picture.height = geometry_.height;
  picture.stride = std::ptrdiff_t{3} * geometry_.width;
  return picture;
}

PatchedFrame DeviceFrames::patched(const DeviceMap<float>& map) const {
  return {map.data(), map.channels, shape_.patch, shape_.grid_width};
}

FrameSource DeviceFrames::source(int slot) const {
  const Slot& from = slots_[static_cast<std::size_t>(slot)];
  FrameSource source = this->source(from.patched);
  source.picture = picture(from.bytes.data());
  source.is_patched = kinds_.data() + slot;
  return source;
}

FrameSource DeviceFrames::source(const DeviceMap<float>& map) const {
  FrameSource source;
  source.patch = shape_.patch;
  source.patched = map.data();
  source.patched_step = frame_channels_;
  source.grid_width = shape_.grid_width;
  source.is_patched = kinds_.data() + slots_.size() + 1;
  return source;
}

MutablePicture DeviceFrames::whole(std::uint8_t* bytes) const {
  MutablePicture to;
  to.data = bytes;
  to.width = geometry_.width;
  to.height = geometry_.height;
  to.stride = std::ptrdiff_t{3} * geometry_.width;
  return to;
}

void DeviceFrames::give_scaled(const DeviceMap<float>& prediction, const MutablePicture& to,
                               cudaStream_t stream) const {
  Narrowing narrowing;
  narrowing.from = source(prediction);
  narrowing.from_height = geometry_.network_height;
  narrowing.to_width = geometry_.width;
  narrowing.columns = scaling_->columns_up.taps();
  narrowing.to = scaling_->narrow_up.data();
  scale_columns(narrowing, stream);
  Shortening shortening;
  shortening.from = scaling_->narrow_up.data();
  shortening.width = geometry_.width;
  shortening.height = geometry_.height;
  shortening.rows = scaling_->rows_up.taps();
  shortening.to_bytes = to;
  scale_rows(shortening, stream);
}

}  // namespace stip::cuda
