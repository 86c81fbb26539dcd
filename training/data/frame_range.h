#pragma once

#include <memory>

#include "data/frame_source.h"

namespace stip::training {

/// The frames first..last of another source, both included, numbered from 0 again. Negative numbers
/// count from the end, -1 being the last frame:
///   0, -1     everything            0, -101   all but the last 100
///   -100, -1  the last 100          10, 19    ten frames
class FrameRange : public FrameSource {
 public:
  /// kInvalidArgument naming the file and its number of frames if the range is empty or outside.
  FrameRange(std::shared_ptr<FrameSource> source, std::int64_t first, std::int64_t last);

  const std::string& name() const override { return source_->name(); }
  std::int64_t count() const override { return count_; }
  int width() const override { return source_->width(); }
  int height() const override { return source_->height(); }
  FrameRate frame_rate() const override { return source_->frame_rate(); }
  std::vector<Image> read(const std::vector<std::int64_t>& indices) override;
  std::vector<std::uint64_t> fingerprints() override;
  FramePlace place(std::int64_t index) const override { return source_->place(first_ + index); }

  std::int64_t first() const { return first_; }  ///< its frame 0 in the source's numbers

 private:
  std::shared_ptr<FrameSource> source_;
  std::int64_t first_ = 0;
  std::int64_t count_ = 0;
};

}  // namespace stip::training
