#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "media/frame_rate.h"

namespace stip::training {

/// How long a decoder may stay silent before its file is given up.
constexpr double kDefaultTimeLimit = 30.0;  // seconds

/// What one pass over a video file finds out: enough to seek to any frame exactly and to know that
/// the seek was exact.
struct VideoIndex {
  std::string path;
  int width = 0;                   ///< pixels as stored (a pixel's aspect ratio is ignored)
  int height = 0;                  ///< pixels as stored
  FrameRate rate;                  ///< as the file says; the mean rate where it says nothing
  std::vector<std::uint64_t> pts;  ///< nanoseconds, in the order of the frames; ~0 if unknown
  std::vector<std::uint64_t> fingerprints;  ///< a hash of each frame's decoded pixels
  bool seekable = false;                    ///< the file can seek and its times rise strictly

  std::uint64_t duration = 0;  ///< nanoseconds, as the container says; 0: it does not

  std::int64_t count() const { return std::int64_t(pts.size()); }

  /// The end of the last frame, nanoseconds; 0 if its time is unknown.
  std::uint64_t end() const;

  /// The frames end long (over half a second and a tenth of it all) before the container says. Not
  /// every container lets this be seen: an AVI's length is what is there.
  bool cut_short() const;
};

/// Decodes the whole file once (without converting colours, keeping nothing but the above).
/// Audio is ignored. Throws kNotFound (no such file), kUnreadable (a folder, permission),
/// kCorrupt (empty, damaged, no frames), kWrongKind (not a video, no video stream, no decoder, a
/// size that changes midway), kFailed (`time_limit` seconds without a frame). Any thread.
VideoIndex index_video(const std::string& path, double time_limit = kDefaultTimeLimit);

}  // namespace stip::training
