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
  scaling_.emplace(Scaling{
      Way(geometry.height, geometry.width, geometry.network_height, geometry.network_width, stream),
      Way(geometry.network_height, geometry.network_width, geometry.height, geometry.width, stream),
      DeviceArray<std::uint8_t>(picture_bytes())});
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

DeviceFrames::Way::Way(int from_height, int from_width, int to_height, int to_width,
                       const DeviceStream& stream)
    : from_height_(from_height),
      to_height_(to_height),
      to_width_(to_width),
      columns_(make_axis(from_width, to_width, stream)),
      rows_(make_axis(from_height, to_height, stream)),
      narrow_(std::size_t{3} * static_cast<std::size_t>(from_height) *
              static_cast<std::size_t>(to_width)) {}

void DeviceFrames::Way::run(const FrameSource& from, const PatchedFrame& to,
                            const MutablePicture& to_bytes, cudaStream_t stream) const {
  Narrowing narrowing;
  narrowing.from = from;
  narrowing.from_height = from_height_;
  narrowing.to_width = to_width_;
  narrowing.columns = columns_.taps();
  narrowing.to = narrow_.data();
  scale_columns(narrowing, stream);
  Shortening shortening;
  shortening.from = narrow_.data();
  shortening.width = to_width_;
  shortening.height = to_height_;
  shortening.rows = rows_.taps();
  shortening.to = to;
  shortening.to_bytes = to_bytes;
  scale_rows(shortening, stream);
}

void DeviceFrames::take(int slot, const unsigned char* from, cudaMemcpyKind kind,
                        cudaStream_t stream) {
  const Slot& to = slots_[static_cast<std::size_t>(slot)];
  std::uint8_t* const bytes = scaling_ ? scaling_->upload.data() : to.bytes.data();
  check(cudaMemcpyAsync(bytes, from, picture_bytes(), kind, stream), kTaking);
  if (scaling_) {
    FrameSource whole;
    whole.picture = picture(bytes);
    whole.is_patched = kinds_.data() + slots_.size();
    scaling_->down.run(whole, patched(to.patched), {}, stream);
  }
  check(cudaMemsetAsync(kinds_.data() + slot, scaling_ ? 1 : 0, 1, stream), kTaking);
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
  scaling_->up.run(source(prediction), {}, to, stream);
}

}  // namespace stip::cuda
