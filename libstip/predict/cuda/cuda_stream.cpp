#include "predict/cuda/cuda_stream.h"

#include <algorithm>

#include "ops/cuda/frame_layouts.h"

namespace stip::cuda {
namespace {

// A packed picture whose colours 0, 1 and 2 are red, green and blue, of bytes in the network's
// order.
template <typename Bytes>
Bytes in_order(Bytes picture, PixelOrder order) {
  if (order == PixelOrder::kBgr) std::swap(picture.channel[0], picture.channel[2]);
  return picture;
}

}  // namespace

template <typename T>
CudaStream<T>::CudaStream(const DeviceWeights<T>& weights, const FitGeometry& geometry,
                          StateMode mode, int context, int multiprocessors, int threads)
    : engine_(weights, geometry.network_height, geometry.network_width, multiprocessors),
      geometry_(geometry),
      mode_(mode),
      context_(context),
      clip_(weights.config.clip),
      variants_(std::min(clip_, context)),
      pictures_(geometry, engine_.shape(), engine_.frame_channels(), clip_),
      host_copies_(pictures_.picture_bytes(), threads) {
  const bool window = mode == StateMode::kWindow;
  const auto encoders = static_cast<std::size_t>(engine_.encoders());
  const std::size_t kept = window ? static_cast<std::size_t>(context * variants_) : 1;
  features_ = engine_.make_memories((kept + 1) * encoders);
  seen_pyramid_ = engine_.make_pyramid();
  rolled_pyramid_ = engine_.make_pyramid();
  state_ = engine_.make_state();
  if (!window) stream_state_ = engine_.make_state();
  spatial_ = engine_.make_memories(2);
  // One more than the clip: a prediction is written while the newest one is still read.
  for (int i = 0; i <= clip_; ++i) predictions_.push_back(engine_.make_patched());
  for (int i = 0; i < 2; ++i) {
    staging_.push_back({PinnedMemory(pictures_.picture_bytes()), DeviceEvent()});
  }
}

template <typename T>
GraphCache::Key CudaStream<T>::key(Work work, std::uint64_t a, std::uint64_t b,
                                   std::uint64_t c) const {
  const auto places = static_cast<std::uint64_t>(slot_of(0) * context_ + (frames_ - 1) % context_);
  return {static_cast<std::uint64_t>(work), places, a, b, c};
}

template <typename T>
typename CudaStream<T>::Staging& CudaStream<T>::next_staging() {
  Staging& staging = staging_[static_cast<std::size_t>(staged_)];
  staged_ = 1 - staged_;
  staging.sent.wait();
  return staging;
}

template <typename T>
void CudaStream<T>::push(const FrameView& frame) {
  check_frame(frame, geometry_.width, geometry_.height);
  Staging& staging = next_staging();
  host_copies_.copy(frame, {staging.memory.data(), geometry_.width, geometry_.height,
                            std::ptrdiff_t{3} * geometry_.width, engine_.config().colour});
  const int slot = frames_ % clip_;
  pictures_.take(slot, staging.memory.data(), cudaMemcpyHostToDevice, stream_.get());
  staging.sent.record(stream_.get());
  arrive();
}

// In the stream of copies, where nothing of the network is waited for. The frame is its owner's
// again when this returns.
template <typename T>
void CudaStream<T>::push(const DeviceFrame& frame) {
  check_frame(frame, geometry_.width, geometry_.height);
  Staging& staging = next_staging();
  if (staging.on_device.empty()) {
    staging.on_device = DeviceArray<std::uint8_t>(pictures_.picture_bytes());
  }
  unpack_frame(frame, in_order(pictures_.whole(staging.on_device.data()), engine_.config().colour),
               copies_.get());
  copies_.wait();
  pictures_.take(frames_ % clip_, staging.on_device.data(), cudaMemcpyDeviceToDevice,
                 stream_.get());
  staging.sent.record(stream_.get());
  arrive();
}

template <typename T>
void CudaStream<T>::push_missing() {
  if (pictures_.make_patched_slots()) graphs_.clear();
  roll(1, 0, Target::kHost);
  pictures_.take_patched(frames_ % clip_, prediction(1), stream_.get());
  arrive();
}

// The newest frame's picture is in its slot (or on its way there).
template <typename T>
void CudaStream<T>::arrive() {
  ++frames_;
  // The rings' places are all that matters of the number: it stays small for ever.
  const int period = clip_ * context_;
  if (frames_ > 4 * period) frames_ -= period;
  if (pushed_ < context_) ++pushed_;
  rolled_ = 0;
  graphs_.run(key(Work::kPush, static_cast<std::uint64_t>(elders()), frames_ == 1, 0),
              [this] { encode_arrival(); });
}

template <typename T>
void CudaStream<T>::encode_arrival() {
  cudaStream_t stream = stream_.get();
  if (mode_ == StateMode::kRecurrent) {
    engine_.encode(seen_clip(elders() + 1), seen_pyramid_, features_at(0), stream);
    engine_.advance(features_at(0), frames_ == 1 ? nullptr : &stream_state_, stream_state_,
                    spatial_.at(0), stream);
    return;
  }
  const int most = std::min(elders(), variants_ - 1);
  for (int variant = 0; variant <= most; ++variant) {
    engine_.encode(seen_clip(variant + 1), variant == most ? seen_pyramid_ : rolled_pyramid_,
                   features_at(kept_index(0, variant)), stream);
  }
}

template <typename T>
void CudaStream<T>::reset() {
  pushed_ = frames_ = rolled_ = 0;
}

// The newest true frames, oldest first.
template <typename T>
std::vector<FrameSource> CudaStream<T>::seen_clip(int frames) const {
  std::vector<FrameSource> clip;
  for (int age = frames - 1; age >= 0; --age) clip.push_back(pictures_.source(slot_of(age)));
  return clip;
}

// The clip that ends with the newest prediction of so many.
template <typename T>
std::vector<FrameSource> CudaStream<T>::rollout_clip(int predictions) const {
  std::vector<FrameSource> clip;
  // A window knows of no frame before it.
  const int known = mode_ == StateMode::kWindow ? std::min(elders() + 1, context_) : elders() + 1;
  const int true_frames = std::min(known, clip_ - predictions);
  if (true_frames > 0) clip = seen_clip(true_frames);
  for (int k = std::max(1, predictions + 1 - clip_); k <= predictions; ++k) {
    clip.push_back(pictures_.source(prediction(k)));
  }
  return clip;
}

template <typename T>
Features<T> CudaStream<T>::features_at(std::size_t index) const {
  const auto encoders = static_cast<std::size_t>(engine_.encoders());
  return {features_.at(index * encoders), features_.at(index * encoders + encoders - 1)};
}

template <typename T>
std::size_t CudaStream<T>::kept_index(int age, int elders) const {
  const int frame = (frames_ - 1 - age) % context_;
  return static_cast<std::size_t>(frame * variants_ + elders);
}

// From zero memory over the newest `context` frames, whose features are kept.
template <typename T>
void CudaStream<T>::run_window() {
  for (int i = 0; i < context_; ++i) {
    const Features<T> features =
        features_at(kept_index(context_ - 1 - i, std::min(i, variants_ - 1)));
    engine_.advance(features, i == 0 ? nullptr : &state_, state_, spatial_.at(0), stream_.get());
  }
}

// Horizons from where the last rollout ended, or from the newest frame, on; wanted: bit k - 1.
template <typename T>
void CudaStream<T>::roll(int horizon, std::uint64_t wanted, Target target) {
  const std::uint64_t done = rolled_ > 0 ? (std::uint64_t{2} << (rolled_ - 1)) - 1 : 0;
  const bool goes_on = rolled_ > 0 && (wanted & done) == 0 && wanted != 0;
  const int from = goes_on ? rolled_ : 0;
  rolled_ = 0;  // should it fail in the middle
  const auto is_wanted = [&](int k) { return (wanted >> (k - 1) & 1) != 0; };
  const auto enqueue = [&] {
    cudaStream_t stream = stream_.get();
    if (from == 0) {
      const FrameSource newest = pictures_.source(slot_of(0));
      if (mode_ == StateMode::kWindow) {
        run_window();
      } else {
        state_.copy_from(stream_state_, stream);
      }
      decode(1, newest, seen_pyramid_, last_layer(state_), spatial_.at(0), is_wanted(1), target);
    }
    const std::size_t scratch = mode_ == StateMode::kWindow
                                    ? static_cast<std::size_t>(context_ * variants_)
                                    : std::size_t{1};
    for (int k = std::max(1, from) + 1; k <= horizon; ++k) {
      const std::vector<FrameSource> clip = rollout_clip(k - 1);
      engine_.encode(clip, rolled_pyramid_, features_at(scratch), stream);
      engine_.advance(features_at(scratch), &state_, state_, spatial_.at(1), stream);
      decode(k, clip.back(), rolled_pyramid_, last_layer(state_), spatial_.at(1), is_wanted(k),
             target);
    }
    if (wanted != 0 && target == Target::kHost) {
      copied_.record(copies_.get());
      copied_.hold(stream);
    }
  };
  if (from < horizon) {
    const Work work = target == Target::kHost ? Work::kRollout : Work::kRolloutOnDevice;
    graphs_.run(key(work, static_cast<std::uint64_t>(from),
                    static_cast<std::uint64_t>(horizon * clip_ + elders()), wanted),
                enqueue);
  }
  rolled_ = std::max(from, horizon);
}

template <typename T>
void CudaStream<T>::decode(int k, const FrameSource& newest, const Pyramid<T>& pyramid,
                           const Memory<T>& temporal, const Memory<T>& spatial, bool wanted,
                           Target target) {
  cudaStream_t stream = stream_.get();
  if (!wanted) return engine_.decode(temporal, spatial, pyramid, newest, prediction(k), {}, stream);
  const Output& output = outputs_[static_cast<std::size_t>(k - 1)];
  const MutablePicture picture = pictures_.whole(output.bytes.data());
  const bool scales = pictures_.scales();
  engine_.decode(temporal, spatial, pyramid, newest, prediction(k),
                 scales ? MutablePicture() : picture, stream);
  if (scales) pictures_.give_scaled(prediction(k), picture, stream);
  if (target == Target::kDevice) return;
  // While the next horizon is made this one travels.
  made_.record(stream);
  made_.hold(copies_.get());
  check(cudaMemcpyAsync(output.memory.data(), output.bytes.data(), output.bytes.size(),
                        cudaMemcpyDeviceToHost, copies_.get()),
        "giving a prediction out");
}

// Kept from then on: in steady state nothing is allocated.
template <typename T>
void CudaStream<T>::make_output(std::size_t index, Target target) {
  if (outputs_.size() <= index) outputs_.resize(index + 1);
  Output& output = outputs_[index];
  const std::size_t bytes = pictures_.picture_bytes();
  if (output.bytes.empty()) output.bytes = DeviceArray<std::uint8_t>(bytes);
  if (target == Target::kHost && output.memory.empty()) output.memory = PinnedMemory(bytes);
}

template <typename T>
void CudaStream<T>::predict(const std::vector<MutableFrameView>& futures) {
  std::uint64_t wanted = 0;
  for (std::size_t i = 0; i < futures.size(); ++i) {
    if (futures[i].data != nullptr) wanted |= std::uint64_t{1} << i;
    if (futures[i].data != nullptr) make_output(i, Target::kHost);
  }
  roll(static_cast<int>(futures.size()), wanted, Target::kHost);
  if (wanted == 0) return;
  stream_.wait();
  for (std::size_t i = 0; i < futures.size(); ++i) {
    if (futures[i].data == nullptr) continue;
    host_copies_.copy({outputs_[i].memory.data(), geometry_.width, geometry_.height,
                       std::ptrdiff_t{3} * geometry_.width, engine_.config().colour},
                      futures[i]);
  }
}

template <typename T>
void CudaStream<T>::predict(const std::vector<DeviceFrame>& futures, const DeviceFrame& newest) {
  const auto is_wanted = [&](std::size_t i) { return futures[i].component[0].data != nullptr; };
  std::uint64_t wanted = 0;
  for (std::size_t i = 0; i < futures.size(); ++i) {
    if (!is_wanted(i)) continue;
    wanted |= std::uint64_t{1} << i;
    make_output(i, Target::kDevice);
  }
  roll(static_cast<int>(futures.size()), wanted, Target::kDevice);
  if (wanted == 0) return;
  for (std::size_t i = 0; i < futures.size(); ++i) {
    if (!is_wanted(i)) continue;
    pack_frame(in_order(pictures_.picture(outputs_[i].bytes.data()), engine_.config().colour),
               newest, futures[i], stream_.get());
  }
  stream_.wait();
}

template <typename T>
std::vector<std::vector<float>> CudaStream<T>::predict_floats(int horizon) {
  std::vector<std::vector<float>> predictions;
  for (int k = 1; k <= horizon; ++k) {
    make_output(static_cast<std::size_t>(k - 1), Target::kHost);
    if (k == 1) rolled_ = 0;
    roll(k, std::uint64_t{1} << (k - 1), Target::kHost);
    predictions.push_back(downloaded(prediction(k).values, stream_));
  }
  return predictions;
}

template class CudaStream<float>;
template class CudaStream<Half>;
template class CudaStream<Bfloat16>;

}  // namespace stip::cuda
