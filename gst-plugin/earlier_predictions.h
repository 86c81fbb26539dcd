#pragma once

#include <gst/video/video.h>

#include <cstdint>
#include <mutex>

#include "picture_origin.h"
#include "prediction_store.h"

namespace stip::gst {

/// Predictions on their way from where they are made to the arrival of the frames they are for. Any
/// thread; guarded by its own mutex.
class EarlierPredictions {
 public:
  /// Dropped where it is not of the frames that come now.
  void keep(GstClockTime target, BufferPtr picture, const PictureOrigin& origin);

  /// The frames that come from now on look like this; what does not is forgotten.
  void expect(const GstVideoInfo& info, bool on_gpu = false);
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
  void forget();

  PictureOrigin now_;
  PredictionStore store_;
  BufferPtr last_;
};

}  // namespace stip::gst
