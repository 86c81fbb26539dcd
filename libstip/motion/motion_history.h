#pragma once

#include <cstdint>
#include <deque>

#include "motion/float_picture.h"
#include "motion/optical_flow.h"

namespace stip {

/// The newest frames of a stream and the optical flow of each to the one before, computed when
/// first asked for. Frames keep their number over the stream (0 is the earliest), also when older
/// ones are forgotten. One thread at a time.
class MotionHistory {
 public:
  /// Keeps `length` frames (at least 2) of this size.
  MotionHistory(int width, int height, int length, FlowPreset preset, int threads);

  void push(const FrameView& frame);
  void clear();
  /// Forgets one of those kept; the number of the newest is given anew by the next push().
  void forget_newest();
  void forget_oldest();

  std::int64_t oldest() const { return next_ - static_cast<std::int64_t>(frames_.size()); }
  std::int64_t newest() const { return next_ - 1; }  ///< -1: none yet

  void picture(std::int64_t number, FloatPicture* out) const;
  FrameView view(std::int64_t number) const;  ///< holds until push()

  /// From frame `number` to the one before it; both must be kept. The reference holds until push().
  const FlowField& flow(std::int64_t number);

  int width() const { return width_; }
  int height() const { return height_; }
  int threads() const { return threads_; }

 private:
  struct Frame {
    std::vector<std::uint8_t> pixels;  // packed BGR
    bool has_grey = false;
    GreyPicture grey;
    bool has_flow = false;
    FlowField flow;
  };
  Frame& mutable_frame(std::int64_t number);
  const GreyPicture& grey(std::int64_t number);

  const Frame& frame(std::int64_t number) const;

  int width_;
  int height_;
  std::size_t length_;
  OpticalFlow optical_flow_;
  int threads_;
  std::deque<Frame> frames_;
  std::int64_t next_ = 0;
};

}  // namespace stip
