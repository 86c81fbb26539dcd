#pragma once

#include <mutex>

#include "prediction_store.h"

namespace stip::gst {

/// Predictions on their way from where they are made to the arrival of the frames they are for. Any
/// thread; guarded by its own mutex.
class EarlierPredictions {
 public:
  void keep(GstClockTime target, BufferPtr picture);

  /// The prediction made earlier for a frame at `pts`, at most d/2 off.
  struct Recalled {
    BufferPtr picture;   ///< null: there has been none since the last clear()
    bool fresh = false;  ///< false: none was made for this time, and it is the last one
  };
  Recalled recall(GstClockTime pts, GstClockTime d);

  void clear();

 private:
  std::mutex mutex_;
  PredictionStore store_;
  BufferPtr last_;
};

}  // namespace stip::gst
