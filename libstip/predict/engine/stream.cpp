#include "predict/engine/stream.h"

#include <algorithm>

#include "predict/context.h"

namespace stip::engine {

Stream::Stream(Engine& engine, StateMode mode, int context)
    : engine_(engine),
      mode_(mode),
      context_(context),
      clip_(engine.config().clip),
      state_(engine.make_state()),
      encoded_(engine.make_encoded()) {
  if (mode == StateMode::kRecurrent) {
    stream_state_ = engine.make_state();
    stream_encoded_ = engine.make_encoded();
    stream_spatial_ = engine.make_memory();
  } else {
    older_ = engine.make_encoded();
  }
  // One more than the clip: a prediction is written while the newest one is still read.
  for (int i = 0; i <= clip_; ++i) predictions_.push_back(engine.make_frame());
}

std::unique_ptr<Stream::Seen> Stream::unused_seen() {
  if (spare_.empty()) return std::make_unique<Seen>(engine_);
  auto seen = std::move(spare_.back());
  spare_.pop_back();
  seen->encoded = false;
  return seen;
}

InputFrame& Stream::next_frame() {
  if (next_ == nullptr) next_ = unused_seen();
  return next_->frame;
}

void Stream::push() {
  if (pushed_ < context_) ++pushed_;
  rolled_ = 0;
  seen_.push_back(std::move(next_));
  const int needed = mode_ == StateMode::kWindow ? context_ : clip_;
  if (seen_.size() > static_cast<std::size_t>(needed)) {
    spare_.push_back(std::move(seen_.front()));
    seen_.pop_front();
  }
  if (mode_ == StateMode::kRecurrent) push_recurrent();
}

void Stream::push_recurrent() {
  engine_.encode(clip_before(seen_.size(), 0), stream_encoded_);
  const Map& spatial = engine_.advance(stream_encoded_.temporal_feature(),
                                       stream_encoded_.spatial_feature(), stream_state_);
  stream_spatial_.copy_from(spatial);
}

void Stream::push_missing() {
  Take take;
  take.after = [this](int, const Map& prediction) {
    next_frame().become_patched().copy_from(prediction);
  };
  predict(1, take);
  push();
}

void Stream::reset() {
  pushed_ = 0;
  rolled_ = 0;
  while (!seen_.empty()) {
    spare_.push_back(std::move(seen_.front()));
    seen_.pop_front();
  }
  if (mode_ == StateMode::kRecurrent) engine_.reset(stream_state_);
}

// The clip that ends before frame `end`, without frames before `first`.
Stream::Clip Stream::clip_before(std::size_t end, std::size_t first) const {
  const auto clip = static_cast<std::size_t>(clip_);
  Clip frames;
  for (std::size_t i = end > first + clip ? end - clip : first; i < end; ++i) {
    frames.push_back(&seen_[i]->frame);
  }
  return frames;
}

void Stream::keep_features(Seen& seen) {
  const Encoded& from = &seen == seen_.back().get() ? encoded_ : older_;
  if (seen.temporal_feature.height() == 0) {
    seen.temporal_feature = from.temporal_feature().like();
    seen.spatial_feature = from.spatial_feature().like();
  }
  seen.temporal_feature.copy_from(from.temporal_feature());
  seen.spatial_feature.copy_from(from.spatial_feature());
  seen.encoded = true;
}

// Only the last frame's step is decoded: of the others nobody reads more than the features.
void Stream::run_window() {
  engine_.reset(state_);
  for (std::size_t i = 0; i < seen_.size(); ++i) {
    Seen& seen = *seen_[i];
    const bool newest = i + 1 == seen_.size();
    const bool whole_clip = i + 1 >= static_cast<std::size_t>(clip_);
    Encoded& encoded = newest ? encoded_ : older_;
    if (newest || !whole_clip || !seen.encoded) {
      engine_.encode(clip_before(i + 1, 0), encoded);
      if (whole_clip) keep_features(seen);
    }
    spatial_ = whole_clip ? &engine_.advance(seen.temporal_feature, seen.spatial_feature, state_)
                          : &engine_.advance(encoded.temporal_feature(), encoded.spatial_feature(),
                                             state_);
  }
}

// The clip that ends with the newest prediction of so many.
Stream::Clip Stream::clip_of_rollout(int predictions) const {
  Clip clip = clip_before(seen_.size(), 0);
  for (int k = std::max(1, predictions + 1 - clip_); k <= predictions; ++k) {
    clip.push_back(&predictions_[static_cast<std::size_t>(k) % predictions_.size()]);
  }
  const auto clip_size = static_cast<std::size_t>(clip_);
  if (clip.size() > clip_size) clip.erase(clip.begin(), clip.end() - clip_);
  return clip;
}

void Stream::begin_rollout(const Take& take) {
  const InputFrame& newest = seen_.back()->frame;
  if (mode_ == StateMode::kRecurrent) {
    engine_.copy(stream_state_, state_);
    decode(1, newest, stream_encoded_, state_.temporal.back(), stream_spatial_, take);
  } else {
    run_window();
    decode(1, newest, encoded_, state_.temporal.back(), *spatial_, take);
  }
}

void Stream::predict(int horizon, const Take& take, int first) {
  const bool goes_on = rolled_ > 0 && first > rolled_;
  const int from = goes_on ? rolled_ : 1;
  rolled_ = 0;  // should it fail in the middle
  if (!goes_on) begin_rollout(take);
  for (int k = from + 1; k <= horizon; ++k) {
    check_wanted(take.given_up);
    const Clip clip = clip_of_rollout(k - 1);
    engine_.encode(clip, encoded_);
    const Map& spatial =
        engine_.advance(encoded_.temporal_feature(), encoded_.spatial_feature(), state_);
    decode(k, *clip.back(), encoded_, state_.temporal.back(), spatial, take);
  }
  rolled_ = std::max(from, horizon);
}

void Stream::decode(int k, const InputFrame& newest, const Encoded& encoded, const Map& temporal,
                    const Map& spatial, const Take& take) {
  Map& prediction =
      predictions_[static_cast<std::size_t>(k) % predictions_.size()].become_patched();
  engine_.decode(temporal, spatial, encoded, newest, prediction, [&](int y, int worker) {
    if (take.rows) take.rows(k, y, worker, prediction);
  });
  if (take.after) take.after(k, prediction);
}

}  // namespace stip::engine
