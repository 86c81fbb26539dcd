#pragma once

#include <gst/gst.h>

#include <deque>

#include "gst_ptr.h"

namespace stip::gst {

/// Predictions waiting for the time they were made for. One thread.
class PredictionStore {
 public:
  void put(GstClockTime target, BufferPtr picture);

  /// The prediction made for the time nearest to `pts`, at most `tolerance` away; of equally near
  /// ones the one made last, which saw more. Null if there is none. What was made for an earlier
  /// time is dropped: input goes forward.
  BufferPtr take(GstClockTime pts, GstClockTime tolerance);

  void clear() { entries_.clear(); }
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    GstClockTime target;
    BufferPtr picture;
  };
  std::deque<Entry> entries_;  // in the order they were made
};

}  // namespace stip::gst
