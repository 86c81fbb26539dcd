#pragma once

#include <cstdint>

#include "gst_ptr.h"
#include "settings.h"

namespace stip::gst {

/// One thing that came in, as whoever predicts deals with it: a frame or an event, in their order;
/// or that a frame has not come in (kLookAhead).
struct PredictionJob {
  enum class Kind { kFrame, kEvent, kRestart, kLookAhead };

  Kind kind = Kind::kFrame;
  FrameSettings settings;   ///< as of its arrival
  std::uint64_t epoch = 0;  ///< flushes before it
  EventPtr event;           ///< serialized, of the input
  bool sent = false;        ///< the event has gone out already: it is only to be known

  /// Of a frame: our own copy of it, or the frame itself where it passes through; null where
  /// nobody needs predictions, or where it had to make room for newer ones (`dropped`).
  BufferPtr picture;
  GstClockTime pts = GST_CLOCK_TIME_NONE;
  GstClockTime duration = GST_CLOCK_TIME_NONE;
  bool pass_through = false;
  bool damaged = false;  ///< GST_BUFFER_FLAG_GAP or _CORRUPTED
  bool gap = false;      ///< the former alone
  bool dropped = false;
  GstClockTime arrival = 0;  ///< monotonic time

  int farthest = 0;  ///< of kLookAhead: pictures wanted after the newest frame
};

}  // namespace stip::gst
