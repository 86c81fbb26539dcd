#include "media/video_reader.h"

#include "media/decode_pipeline.h"
#include "media/raw_frame.h"

namespace stip::training {
namespace {

// Decoding so many frames on is cheaper than a seek, which flushes and starts at a key frame.
constexpr std::int64_t kSkipAhead = 24;
// A seek lands so many frames early; if that fails, the second time so many.
constexpr std::int64_t kLeads[] = {3, 30};
// Then the file is only read from its start.
constexpr int kMostFailedSeeks = 3;

}  // namespace

class VideoReader::Impl {
 public:
  Impl(std::string path, std::shared_ptr<const VideoIndex> index, double time_limit)
      : path_(std::move(path)), index_(std::move(index)), time_limit_(time_limit) {
    if (!index_) pipeline_ = std::make_unique<DecodePipeline>(path_, time_limit_);
  }

  std::shared_ptr<const VideoIndex> index() {
    if (!index_) index_ = std::make_shared<VideoIndex>(index_video(path_, time_limit_));
    return index_;
  }

  void seek(std::int64_t frame) {
    if (frame == wanted_) return;
    if (frame < 0 || frame > index()->count()) {
      throw Error(ErrorCode::kInvalidArgument, "'" + path_ + "' has no frame " +
                                                   std::to_string(frame) + ": it has " +
                                                   std::to_string(index()->count()));
    }
    wanted_ = frame;  // the work is left to read(): a seek that nobody reads from is free
  }

  std::int64_t position() const { return wanted_; }

  std::optional<VideoFrame> read() {
    if (index_ && wanted_ >= index_->count()) return std::nullopt;
    try {
      return decode_next();
    } catch (...) {
      pipeline_.reset();  // asked again it fails the same way, instead of waiting
      throw;
    }
  }

 private:
  std::optional<VideoFrame> decode_next() {
    const SampleHandle sample = next_sample();
    if (!sample) return end();
    VideoFrame frame;
    frame.pts = index_ ? index_->pts[wanted_] : GST_BUFFER_PTS(gst_sample_get_buffer(sample.get()));
    frame.image = convert(sample.get());
    ++wanted_;
    return frame;
  }

  // The frame wanted_, wherever the decoder stands.
  SampleHandle next_sample() {
    if (!pipeline_) restart();
    const std::int64_t ahead = wanted_ - decoded_;
    if (ahead >= 0 && (ahead <= kSkipAhead || !may_seek())) {
      SampleHandle sample = walk();
      if (!sought_ || is_wanted(sample.get())) return sample;
    }
    if (SampleHandle sample = seek_exactly()) return sample;
    restart();
    return walk();
  }

  bool may_seek() const { return index_ && index_->seekable && failed_seeks_ < kMostFailedSeeks; }

  // On to the frame wanted_ by decoding what lies between; nullptr at the end.
  SampleHandle walk() {
    while (decoded_ < wanted_) {
      if (!pull()) return nullptr;
    }
    return pull();
  }

  // nullptr unless a seek led to a frame with the time and the pixels of wanted_. A decoder may
  // lose the time of the first frames behind a seek, so this lands some frames earlier.
  SampleHandle seek_exactly() {
    if (!may_seek()) return nullptr;
    for (const std::int64_t lead : kLeads) {
      if (wanted_ <= lead) return nullptr;  // the start is as near
      try {
        if (SampleHandle sample = seek_before(wanted_ - lead)) return sample;
      } catch (const Error&) {  // a demuxer that reads in order may not in leaps
      }
    }
    ++failed_seeks_;
    return nullptr;
  }

  // Seeks to the middle between two frames: one that begins before the place asked for is clipped
  // by the decoder and gets that place as its time.
  SampleHandle seek_before(std::int64_t frame) {
    if (decoded_ == 0 && !pull()) return nullptr;  // a pipeline that has not started cannot seek
    sought_ = true;
    const std::uint64_t time = index_->pts[frame];
    if (!pipeline_->seek(time - (time - index_->pts[frame - 1]) / 2)) return nullptr;
    while (SampleHandle sample = pipeline_->pull()) {
      const std::uint64_t pts = GST_BUFFER_PTS(gst_sample_get_buffer(sample.get()));
      if (pts < index_->pts[wanted_]) continue;
      if (pts != index_->pts[wanted_] || !is_wanted(sample.get())) return nullptr;
      decoded_ = wanted_ + 1;
      return sample;
    }
    return nullptr;
  }

  // Behind a seek every frame handed out is checked: no decoder promises to count as we do.
  bool is_wanted(GstSample* sample) const {
    return sample != nullptr &&
           fingerprint(sample, video_info(sample, path_)) == index_->fingerprints[wanted_];
  }

  void restart() {
    pipeline_.reset();
    pipeline_ = std::make_unique<DecodePipeline>(path_, time_limit_);
    decoded_ = 0;
    sought_ = false;
  }

  SampleHandle pull() {
    SampleHandle sample = pipeline_->pull();
    if (sample) ++decoded_;
    return sample;
  }

  std::optional<VideoFrame> end() const {
    if (index_) {
      throw Error(ErrorCode::kCorrupt,
                  "'" + path_ + "' ended at frame " + std::to_string(decoded_) + " of " +
                      std::to_string(index_->count()) + ": was it changed while it was read?");
    }
    if (decoded_ == 0) {
      throw Error(ErrorCode::kCorrupt, "'" + path_ + "' has no frame that can be decoded");
    }
    return std::nullopt;
  }

  Image convert(GstSample* sample) {
    const GstVideoInfo info = video_info(sample, path_);
    if (width_ == 0) {
      width_ = index_ ? index_->width : info.width;
      height_ = index_ ? index_->height : info.height;
    }
    if (info.width != width_ || info.height != height_) {
      throw Error(ErrorCode::kWrongKind, "'" + path_ + "' changes its picture size at frame " +
                                             std::to_string(wanted_) +
                                             ": cut it into files of one size each");
    }
    if (!converter_ || !converter_->takes(info)) converter_ = std::make_unique<BgrConverter>(info);
    return converter_->convert(sample);
  }

  std::string path_;
  std::shared_ptr<const VideoIndex> index_;
  double time_limit_;
  std::unique_ptr<DecodePipeline> pipeline_;
  std::unique_ptr<BgrConverter> converter_;
  std::int64_t decoded_ = 0;  // the frame that the pipeline gives next
  std::int64_t wanted_ = 0;   // the frame that read() gives next
  bool sought_ = false;       // since the pipeline began
  int failed_seeks_ = 0;
  int width_ = 0;
  int height_ = 0;
};

VideoReader::VideoReader(const std::string& path, double time_limit)
    : impl_(std::make_unique<Impl>(path, nullptr, time_limit)) {}
VideoReader::VideoReader(std::shared_ptr<const VideoIndex> index, double time_limit)
    : impl_(std::make_unique<Impl>(index->path, index, time_limit)) {}
VideoReader::~VideoReader() = default;
VideoReader::VideoReader(VideoReader&&) noexcept = default;
VideoReader& VideoReader::operator=(VideoReader&&) noexcept = default;

std::optional<VideoFrame> VideoReader::read() { return impl_->read(); }
void VideoReader::seek(std::int64_t frame) { impl_->seek(frame); }
std::int64_t VideoReader::position() const { return impl_->position(); }
std::shared_ptr<const VideoIndex> VideoReader::index() { return impl_->index(); }

}  // namespace stip::training
