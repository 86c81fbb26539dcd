#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "media/frame_rate.h"
#include "media/image.h"

namespace stip::training {

/// Where a frame is kept.
struct FramePlace {
  std::string clip;   ///< the video's path, or that of the folder a picture is in
  std::string frame;  ///< "frame 17" of a video, a picture's file name
};

/// Frames numbered from 0, all of one size, decoded when asked for. Any thread, also several at a
/// time.
class FrameSource {
 public:
  virtual ~FrameSource() = default;

  virtual const std::string& name() const = 0;  ///< for messages and reports: the path
  virtual std::int64_t count() const = 0;
  virtual int width() const = 0;
  virtual int height() const = 0;
  virtual FrameRate frame_rate() const = 0;  ///< 25/1 where nothing says

  /// The frames with these numbers, in this order; repeats allowed. Rising numbers are fastest.
  /// kInvalidArgument for a number outside 0..count-1; otherwise as VideoReader.
  virtual std::vector<Image> read(const std::vector<std::int64_t>& indices) = 0;

  /// A hash of each frame, cheap to have (a video's come from its index; a picture's is that of its
  /// file): equal neighbours are frozen frames, equal hashes in two sources of one kind are copies.
  virtual std::vector<std::uint64_t> fingerprints() = 0;

  /// Of frame `index` (0..count-1), whatever range of a file this is.
  virtual FramePlace place(std::int64_t index) const = 0;
};

/// A video file, a folder of numbered pictures, an archive of frames, or a single picture. Errors:
/// those of VideoFrames, PictureFolder and FrameArchive; kNotFound.
std::unique_ptr<FrameSource> open_source(const std::string& path);

/// The clips that a list of files and folders stands for: a file for itself; a folder with pictures
/// for itself (one clip); a folder with videos and archives for these, in natural order; a
/// folder's sub-folders for what they hold, recursively. A folder with videos and pictures gives
/// both. Other files in a folder are passed over. kNotFound if one does not exist; kWrongKind if a
/// folder holds nothing of use.
std::vector<std::string> expand_paths(const std::vector<std::string>& paths);

}  // namespace stip::training
