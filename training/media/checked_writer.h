#pragma once

#include <string>

#include "media/video_writer.h"

namespace stip::training {

/// What all writers have in common: the size of the first frame holds for all, and the order of the
/// calls.
class CheckedWriter : public FrameWriter {
 public:
  explicit CheckedWriter(std::string path) : path_(std::move(path)) {}

  void write(const FrameView& frame) final;
  void finish() final;
  std::int64_t count() const final { return count_; }

 protected:
  virtual void write_frame(const FrameView& frame, std::int64_t number) = 0;
  virtual void complete() = 0;

  const std::string path_;

 private:
  int width_ = 0;
  int height_ = 0;
  std::int64_t count_ = 0;
  bool finished_ = false;
};

}  // namespace stip::training
