#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "stip/predictor.h"

namespace stip {

/// Predictions in full precision, for files and for comparing numbers.
struct Forecast {
  int frames = 0;  ///< N
  int height = 0;
  int width = 0;
  std::vector<float> values;  ///< [N, H, W, 3], RGB, 0..1 scale, not clamped

  /// Frame n clamped and rounded to 8 bit: packed RGB [H, W, 3].
  std::vector<std::uint8_t> picture(int n) const;

  /// A safetensors file with the one tensor `predictions`. Throws kWriteFailed.
  void write_raw(const std::string& path) const;
};

/// Predicts the `horizon` frames (any number from 1) after the given ones, from zero state over all
/// of them. Frames have one size, at least 1 frame. Runs on the CPU; threads 0: all.
/// Throws what loading a model throws, kInvalidArgument, kOutOfMemory, kFailed.
Forecast make_forecast(const std::string& model_file, const std::vector<FrameView>& frames,
                       int horizon, Resize resize, int threads);

}  // namespace stip
