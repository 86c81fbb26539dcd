#pragma once

#include <memory>
#include <utility>

#include "data/frame_source.h"

namespace stip::training {

/// Another source's pictures, larger: the last column and row repeated at the right and the bottom,
/// as the element pads. (SJTU4K's 2160 rows become the network's 2176.)
class PaddedSource : public FrameSource {
 public:
  /// `width` and `height` at least the source's.
  PaddedSource(std::shared_ptr<FrameSource> source, int width, int height)
      : source_(std::move(source)), width_(width), height_(height) {}

  const std::string& name() const override { return source_->name(); }
  std::int64_t count() const override { return source_->count(); }
  int width() const override { return width_; }
  int height() const override { return height_; }
  FrameRate frame_rate() const override { return source_->frame_rate(); }
  std::vector<Image> read(const std::vector<std::int64_t>& indices) override;
  std::vector<std::uint64_t> fingerprints() override { return source_->fingerprints(); }
  FramePlace place(std::int64_t index) const override { return source_->place(index); }

 private:
  std::shared_ptr<FrameSource> source_;
  int width_;
  int height_;
};

}  // namespace stip::training
