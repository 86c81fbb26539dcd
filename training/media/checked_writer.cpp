#include "media/checked_writer.h"

#include "stip/error.h"

namespace stip::training {

void CheckedWriter::write(const FrameView& frame) {
  if (finished_) throw Error(ErrorCode::kInvalidArgument, "'" + path_ + "' is finished already");
  if (count_ == 0) {
    width_ = frame.width;
    height_ = frame.height;
  }
  if (frame.data == nullptr || frame.width < 1 || frame.height < 1 || frame.width != width_ ||
      frame.height != height_) {
    throw Error(ErrorCode::kInvalidArgument, "frame " + std::to_string(count_) + " for '" + path_ +
                                                 "' is " + std::to_string(frame.width) + "x" +
                                                 std::to_string(frame.height) +
                                                 ", the first one was " + std::to_string(width_) +
                                                 "x" + std::to_string(height_));
  }
  write_frame(frame, count_);
  ++count_;
}

void CheckedWriter::finish() {
  if (finished_) return;
  if (count_ == 0) {
    throw Error(ErrorCode::kInvalidArgument, "there is no frame to write to '" + path_ + "'");
  }
  complete();
  finished_ = true;
}

}  // namespace stip::training
