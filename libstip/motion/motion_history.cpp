#include "motion/motion_history.h"

#include "base/frame_check.h"

namespace stip {

MotionHistory::MotionHistory(int width, int height, int length, FlowPreset preset, int threads)
    : width_(width),
      height_(height),
      length_(static_cast<std::size_t>(length)),
      optical_flow_(preset),
      threads_(threads) {}

void MotionHistory::push(const FrameView& given) {
  check_frame(given, width_, height_);
  Frame frame;
  if (frames_.size() == length_) {
    frame = std::move(frames_.front());  // its memory serves again
    frames_.pop_front();
    frame.has_grey = frame.has_flow = false;
  }
  frame.pixels.resize(std::size_t{3} * width_ * height_);
  copy_frame(given,
             {frame.pixels.data(), width_, height_, std::ptrdiff_t{3} * width_, PixelOrder::kBgr});
  frames_.push_back(std::move(frame));
  ++next_;
}

void MotionHistory::clear() {
  frames_.clear();
  next_ = 0;
}

void MotionHistory::forget_newest() {
  frames_.pop_back();
  --next_;
}

void MotionHistory::forget_oldest() { frames_.pop_front(); }

const MotionHistory::Frame& MotionHistory::frame(std::int64_t number) const {
  return frames_.at(static_cast<std::size_t>(number - oldest()));
}

FrameView MotionHistory::view(std::int64_t number) const {
  return {frame(number).pixels.data(), width_, height_, std::ptrdiff_t{3} * width_,
          PixelOrder::kBgr};
}

void MotionHistory::picture(std::int64_t number, FloatPicture* out) const {
  to_float(view(number), threads_, out);
}

MotionHistory::Frame& MotionHistory::mutable_frame(std::int64_t number) {
  return frames_.at(static_cast<std::size_t>(number - oldest()));
}

const GreyPicture& MotionHistory::grey(std::int64_t number) {
  Frame& one = mutable_frame(number);
  if (!one.has_grey) make_grey(view(number), &one.grey);
  one.has_grey = true;
  return one.grey;
}

const FlowField& MotionHistory::flow(std::int64_t number) {
  Frame& from = mutable_frame(number);
  if (!from.has_flow) optical_flow_.find(grey(number), grey(number - 1), &from.flow);
  from.has_flow = true;
  return from.flow;
}

}  // namespace stip
