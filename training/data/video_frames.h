#pragma once

#include <memory>
#include <string>

#include "data/frame_source.h"
#include "data/reader_pool.h"
#include "media/video_index.h"

namespace stip::training {

/// The frames of a video file. Construction decodes it once to index it (see index_video() for the
/// errors); afterwards frames are found by exact seeks.
class VideoFrames : public FrameSource {
 public:
  explicit VideoFrames(const std::string& path);

  const std::string& name() const override { return index_->path; }
  std::int64_t count() const override { return index_->count(); }
  int width() const override { return index_->width; }
  int height() const override { return index_->height; }
  FrameRate frame_rate() const override { return index_->rate; }
  std::vector<Image> read(const std::vector<std::int64_t>& indices) override;
  std::vector<std::uint64_t> fingerprints() override { return index_->fingerprints; }
  const VideoIndex& index() const { return *index_; }
  FramePlace place(std::int64_t index) const override {
    return {index_->path, "frame " + std::to_string(index)};
  }

 private:
  std::shared_ptr<const VideoIndex> index_;
  std::shared_ptr<ReaderPool> pool_;
};

}  // namespace stip::training
