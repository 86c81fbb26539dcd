#pragma once

#include <gst/video/video.h>

#include <cstdint>
#include <mutex>

#include "prediction_store.h"

namespace stip::gst {

/// Predictions on their way from where they are made to the arrival of the frames they are for. Any
/// thread; guarded by its own mutex.
class EarlierPredictions {
 public:
  /// Where a prediction comes from. Whoever makes them may be behind whoever shows them: one of the
  /// time before a flush, or of another size, is not kept.
  struct Origin {
    std::uint64_t epoch = 0;  ///< flushes before it
    GstVideoFormat format = GST_VIDEO_FORMAT_UNKNOWN;
    int width = 0;
    int height = 0;
  };
  void keep(GstClockTime target, BufferPtr picture, const Origin& origin);

  /// The frames that come from now on look like this; what does not is forgotten.
  void expect(const GstVideoInfo& info);
  /// A flush has ended: what was before it is forgotten.
  void restart(std::uint64_t epoch);

  /// The prediction made earlier for a frame at `pts`, at most d/2 off.
  struct Recalled {
    BufferPtr picture;   ///< null: there has been none since the last clear()
    bool fresh = false;  ///< false: none was made for this time, and it is the last one
  };
  Recalled recall(GstClockTime pts, GstClockTime d);

  void clear();

 private:
  std::mutex mutex_;
  bool wanted(const Origin& origin) const;
  void forget();

  Origin now_;
  PredictionStore store_;
  BufferPtr last_;
};

}  // namespace stip::gst
