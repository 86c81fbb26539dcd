#pragma once

#include <optional>

#include "predict/engine/input_frame.h"
#include "predict/engine/resample.h"
#include "predict/fit_geometry.h"

namespace stip::engine {

/// Between pictures of a stream's size and the engine's frames (FrameFit's twin). Holds what
/// scaling needs in between; one thread at a time, but for give_rows().
class PictureFit {
 public:
  PictureFit(const ModelConfig& config, const FitGeometry& geometry, const Shape& shape,
             ThreadPool& pool);

  /// Throws kInvalidArgument for a frame that is not of the stream's size.
  void take(const FrameView& from, InputFrame& to);

  /// True where pictures are scaled: then give() is to be called, else give_rows().
  bool scales() const { return scale_up_.has_value(); }

  /// Grid rows y and y+1 of a prediction, clamped and rounded to 8 bit, cropped, in the frame's
  /// colour order. Different rows may be given by different threads, each with its own worker
  /// number.
  void give_rows(const Map& prediction, int y, int worker, const MutableFrameView& to);
  void give(const Map& prediction, const MutableFrameView& to);

  /// [height][width][3] of the stream's size in the network's colour order, neither clamped nor
  /// rounded.
  void give_floats(const Map& prediction, float* to);

 private:
  void take_padded(const FrameView& from, InputFrame& to) const;
  void take_scaled(const FrameView& from, InputFrame& to);
  void unpatch(const Map& prediction, float* picture) const;

  FitGeometry geometry_;
  Shape shape_;
  PixelOrder colour_;
  ThreadPool& pool_;
  const cpu::Kernels& kernels_;
  std::vector<std::vector<std::uint8_t>> rows_;  // of the network's width; one a thread
  std::ptrdiff_t rows_stride_ = 0;
  std::optional<Resampler> scale_down_;  // to the network's size
  std::optional<Resampler> scale_up_;    // back
  Buffer stream_picture_;                // floats of the stream's size, where it is scaled
  Buffer network_picture_;
};

}  // namespace stip::engine
