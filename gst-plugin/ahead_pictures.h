#pragma once

#include <gst/gst.h>

#include <mutex>
#include <vector>

#include "gst_ptr.h"
#include "picture_origin.h"

namespace stip::gst {

/// What follows the newest frame, as far as it has been made: from where it is made to where frames
/// are missing. Any thread; guarded by its own mutex.
class AheadPictures {
 public:
  struct Entry {
    GstClockTime pts;
    BufferPtr picture;
  };

  /// In the place of all others; `entries[k - 1]` is k frames after the one at `source`.
  /// Dropped where they are not of the frames that come now.
  void replace(GstClockTime source, std::vector<Entry> entries, const PictureOrigin& origin);
  /// What follows them; dropped where they are no longer of that source.
  void extend(GstClockTime source, std::vector<Entry> entries, const PictureOrigin& origin);

  /// The frames that come from now on look like this; what does not is forgotten.
  void expect(const GstVideoInfo& info, bool on_gpu = false);
  /// A flush has ended: what was before it is forgotten.
  void restart(std::uint64_t epoch);

  /// How many frames there are after this one.
  int count(GstClockTime source) const;
  /// The one nearest to this time, at most `tolerance` away; null if there is none.
  BufferPtr find(GstClockTime pts, GstClockTime tolerance) const;
  void clear();

 private:
  void put(GstClockTime source, std::vector<Entry>* entries, const PictureOrigin& now);

  mutable std::mutex mutex_;
  PictureOrigin now_;
  GstClockTime source_ = GST_CLOCK_TIME_NONE;
  std::vector<Entry> entries_;
};

}  // namespace stip::gst
