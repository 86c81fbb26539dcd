#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "media/frame_rate.h"
#include "stip/frame.h"

namespace stip::training {

/// Somewhere to put frames, one after the other. One thread at a time.
///
/// Nothing is seen under the final name before finish(): frames go to a temporary name in the same
/// folder, which finish() renames and the destructor, without finish(), removes.
class FrameWriter {
 public:
  virtual ~FrameWriter() = default;

  /// All frames must have the first one's size (kInvalidArgument). kWriteFailed: full disk,
  /// permission.
  virtual void write(const FrameView& frame) = 0;

  /// Completes the file; no write() after it. kWriteFailed as above; kInvalidArgument if nothing
  /// was written.
  virtual void finish() = 0;

  /// Frames written so far.
  virtual std::int64_t count() const = 0;
};

/// A video file, by its extension:
/// - .mp4, .m4v, .mov, .mkv: H.264, 4:2:0, constant quality: all players and browsers take it. An
///   odd width or height is stored one larger, the last column or row repeated (4:2:0 has no odd
///   sizes);
/// - .avi: PNG pictures, lossless (reading gives the same pixels), sides of 16 to 4096 pixels.
/// kInvalidArgument for another extension or a bad rate; kWriteFailed if the folder is missing or
/// not writable; kMissingModule if the encoder is not installed.
std::unique_ptr<FrameWriter> open_video_writer(const std::string& path, FrameRate rate);

/// A folder of lossless pictures 000001.png, 000002.png ... A folder already there must be empty
/// (kWriteFailed), so that pictures of two runs never mix.
std::unique_ptr<FrameWriter> open_picture_writer(const std::string& folder);

/// A video if `path` ends in one of the extensions above, a folder of pictures if it has no
/// extension or ends in '/' or is a folder; kInvalidArgument naming what is accepted otherwise.
std::unique_ptr<FrameWriter> open_frame_writer(const std::string& path, FrameRate rate);

}  // namespace stip::training
