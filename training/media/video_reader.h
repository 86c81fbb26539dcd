#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "media/image.h"
#include "media/video_index.h"

namespace stip::training {

/// A frame of a video and when it is shown.
struct VideoFrame {
  Image image;
  std::uint64_t pts = 0;  ///< nanoseconds
};

/// Reads the frames of any video file, or of a single picture, that GStreamer can decode, as BGR
/// pictures (the same conversion as a `videoconvert` before the element makes).
///
/// Frames are numbered from 0 in the order in which they are shown. seek() is exact: the frame that
/// follows it has the pixels that decoding from the start gives; where the container or decoder
/// cannot do that, the reader notices (by the index's fingerprints) and decodes from the start.
///
/// Errors: those of index_video(). One thread at a time; different readers may run in parallel and
/// share an index.
class VideoReader {
 public:
  /// Opens for reading in order; the file is indexed at the first seek() or index().
  explicit VideoReader(const std::string& path, double time_limit = kDefaultTimeLimit);
  /// Opens with an index made before (of the same file).
  explicit VideoReader(std::shared_ptr<const VideoIndex> index,
                       double time_limit = kDefaultTimeLimit);
  ~VideoReader();
  VideoReader(VideoReader&&) noexcept;
  VideoReader& operator=(VideoReader&&) noexcept;

  /// The next frame; nothing at the end.
  std::optional<VideoFrame> read();

  /// Makes `frame` the next one. kInvalidArgument outside 0..count (count: the end).
  void seek(std::int64_t frame);

  /// Number of the frame that read() gives next.
  std::int64_t position() const;

  std::shared_ptr<const VideoIndex> index();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace stip::training
