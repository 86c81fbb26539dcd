#pragma once

#include <gst/gst.h>

#include <cstdint>
#include <string>

namespace stip::gst {

enum class Outcome;

/// Nothing has been predicted since the element left READY, though frames came.
struct Silence {
  std::uint64_t frames = 0;  ///< that could have been predicted from
  Outcome cause{};           ///< of most of them
  std::uint64_t resets = 0;
  GstClockTime run_time = 0;  ///< 95 of 100 runs of the network took no longer; 0: there were none
};

/// One sentence: why, and what to do. `context`: frames that the model needs.
std::string describe(const Silence& silence, int context);

}  // namespace stip::gst
