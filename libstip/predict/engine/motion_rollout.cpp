#include "predict/engine/motion_rollout.h"

#include <algorithm>

namespace stip::engine {
namespace {

int padded_pixels(int pixels, int levels) {
  const int multiple = 1 << levels;
  return (cells_along(pixels) + multiple - 1) / multiple * multiple * kCell;
}

}  // namespace

MotionRollout::MotionRollout(const NetworkWeights& weights, int width, int height, int context,
                             ThreadPool& pool)
    : stream_({width, height, context}, pool),
      engine_(weights, padded_pixels(height, weights.config.levels),
              padded_pixels(width, weights.config.levels), pool),
      encoded_(engine_.make_encoded()),
      state_(engine_.make_state()),
      answer_(engine_.shape().grid_height, engine_.shape().grid_width,
              engine_.shape().frame_channels) {
  for (int i = 0; i < engine_.config().clip; ++i) inputs_.push_back(engine_.make_frame());
}

void MotionRollout::push(const FrameView& frame) {
  stream_.push(frame);
  answered_.clear();
}

void MotionRollout::clear() {
  stream_.clear();
  answered_.clear();
}

void MotionRollout::roll_to(int k) {
  if (k == 0) return;
  const auto wanted = static_cast<std::size_t>(k);
  if (wanted <= answered_.size() && answered_[wanted - 1]) return;
  if (wanted <= answered_.size()) answered_.clear();
  if (answered_.empty()) begin();
  while (answered_.size() < wanted) {
    answered_.push_back(answered_.size() + 1 == wanted);
    stream_.advance();
    if (stream_.learns()) {
      ask(static_cast<int>(answered_.size()), answered_.back());
    } else if (answered_.back()) {
      stream_.answer(nullptr, 0);
    }
  }
}

void MotionRollout::begin() {
  stream_.start();
  engine_.reset(state_);
  clip_.clear();
}

// One step of the network: the encoders and the core, and the decoders where their answer is read.
void MotionRollout::ask(int k, bool answered) {
  if (clip_.size() == inputs_.size()) clip_.erase(clip_.begin());  // the place of this input
  InputFrame& input = inputs_[static_cast<std::size_t>(k) % inputs_.size()];
  Map& features = input.become_patched();
  stream_.features(features.at(0, 0), features.row_step());
  replicate(&features);
  clip_.push_back(&input);
  engine_.encode(clip_, encoded_);
  const Map& spatial =
      engine_.advance(encoded_.temporal_feature(), encoded_.spatial_feature(), state_);
  if (!answered) return;
  engine_.decode(state_.temporal.back(), spatial, encoded_, input, answer_, [](int, int) {});
  stream_.answer(answer_.at(0, 0), answer_.row_step());
}

// Cells beyond the picture's are its last ones.
void MotionRollout::replicate(Map* features) const {
  const int columns = stream_.columns();
  const int rows = stream_.rows();
  const auto cell = static_cast<std::size_t>(features->channels());
  for (int y = 0; y < features->height(); ++y) {
    if (y >= rows) {
      std::copy_n(features->at(rows - 1, 0), cell * static_cast<std::size_t>(features->width()),
                  features->at(y, 0));
      continue;
    }
    for (int x = columns; x < features->width(); ++x) {
      std::copy_n(features->at(y, columns - 1), cell, features->at(y, x));
    }
  }
}

}  // namespace stip::engine
