#include "predict/engine/motion_network.h"

#include <algorithm>

namespace stip::engine {
namespace {

int padded_pixels(int pixels, int levels) {
  const int multiple = 1 << levels;
  return (cells_along(pixels) + multiple - 1) / multiple * multiple * kCell;
}

}  // namespace

MotionNetwork::MotionNetwork(const NetworkWeights& weights, int width, int height, int context,
                             ThreadPool& pool)
    : stream_({width, height, context, static_cast<float>(weights.config.sharpen)}, pool),
      engine_(weights, padded_pixels(height, weights.config.levels),
              padded_pixels(width, weights.config.levels), pool),
      encoded_(engine_.make_encoded()),
      state_(engine_.make_state()),
      answer_(engine_.shape().grid_height, engine_.shape().grid_width,
              engine_.shape().frame_channels),
      input_(engine_.make_frame()) {}

void MotionNetwork::ask(int k) {
  if (k == 0 || stream_.answered(k)) return;
  stream_.plan(k);
  if (!stream_.learns()) {
    stream_.answer(k, nullptr, 0);
    return;
  }
  Map& features = input_.become_patched();
  stream_.features(k, features.at(0, 0), features.row_step());
  replicate(&features);
  engine_.reset(state_);
  engine_.encode(clip_, encoded_);
  const Map& spatial =
      engine_.advance(encoded_.temporal_feature(), encoded_.spatial_feature(), state_);
  engine_.decode(state_.temporal.back(), spatial, encoded_, input_, answer_, [](int, int) {});
  stream_.answer(k, answer_.at(0, 0), answer_.row_step());
}

// Cells beyond the picture's are its last ones.
void MotionNetwork::replicate(Map* features) const {
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
