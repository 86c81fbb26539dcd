#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "stip/predictor.h"

namespace stip {

/// A predicted frame in full precision, for files and for comparing numbers.
struct ForecastFrame {
  int number = 0;  ///< from 0
  int height = 0;
  int width = 0;
  const std::vector<float>& values;  ///< [H, W, 3], RGB, 0..1 scale, not clamped

  /// Clamped and rounded to 8 bit: packed RGB [H, W, 3].
  std::vector<std::uint8_t> picture() const;
};

/// Predicts the `horizon` frames (any number from 1) after the given ones, from zero state over all
/// of them, and hands each over when it is there. Frames have one size, at least 1 frame. Runs on
/// the CPU; threads 0: all. Throws what loading a model throws, kInvalidArgument, kOutOfMemory.
void make_forecast(const std::string& model_file, const std::vector<FrameView>& frames, int horizon,
                   Resize resize, int threads, const std::string& precision,
                   const std::function<void(const ForecastFrame&)>& take);

namespace engine {
class MotionNetwork;
}

/// The predictions of a network at work.
void give_forecast(engine::MotionNetwork& network, int horizon,
                   const std::function<void(const ForecastFrame&)>& take);

/// The same frames as one tensor: a safetensors file with `predictions`, [N, H, W, 3].
class RawForecast {
 public:
  void add(const ForecastFrame& frame);
  /// A frame that they were made from; the file then also has `given`, bytes [T, H, W, 3], RGB.
  void add_given(const FrameView& frame);
  /// Throws kWriteFailed.
  void write(const std::string& path) const;

 private:
  int frames_ = 0;
  int height_ = 0;
  int width_ = 0;
  std::vector<float> values_;
  int given_ = 0;
  std::vector<std::uint8_t> given_values_;
};

}  // namespace stip
