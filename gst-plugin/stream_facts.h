#pragma once

#include <gst/gst.h>

#include <atomic>
#include <cstdint>

#include "stip/predictor.h"

namespace stip::gst {

/// What pads are asked of the stream from any thread.
struct StreamFacts {
  std::atomic<bool> live{false};
  std::atomic<bool> async{false};
  std::atomic<bool> idle{true};
  std::atomic<std::uint64_t> epoch{0};  ///< of what is pushed now; another one with each flush
  std::atomic<bool> flushing{false};
  std::atomic<bool> stopping{false};
  std::atomic<GstClockTime> step{GST_CLOCK_TIME_NONE};  ///< d
  std::atomic<int> context{kMaxContext};                ///< of the model in use, once it is known
  std::atomic<GstClockTime> upstream_latency{0};        ///< as the last LATENCY query said
  std::atomic<GstClockTime> conceal_wait{0};            ///< in use, of output=conceal; live
};

}  // namespace stip::gst
