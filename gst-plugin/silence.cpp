#include "silence.h"

#include "telemetry.h"

namespace stip::gst {
namespace {

std::string why(const Silence& silence, int context) {
  switch (silence.cause) {
    case Outcome::kWarmUp:
      if (silence.resets > 0) {
        return "the stream began anew " + std::to_string(silence.resets) +
               " times before the model had seen the " + std::to_string(context) +
               " frames it needs; if that is not so, set max-gap to more than the time between "
               "frames, or put videorate before stippredict";
      }
      return "the model needs " + std::to_string(context) +
             "; give it a longer video, or set context lower";
    case Outcome::kPassThrough:
      return "they have no timestamps, or are played backwards or by key frames alone; set "
             "do-timestamp=true on the source, or put a parser before the decoder";
    case Outcome::kLate:
    case Outcome::kBusy:
    case Outcome::kQos:
      return "one prediction takes " + std::to_string(silence.run_time / GST_MSECOND) +
             " ms and comes too late to be shown; use a smaller picture (videoscale), a larger "
             "horizon or max-latency, or a faster model";
    case Outcome::kFull:
      return "nobody takes them; put a queue behind stippredict and look at what follows it";
    case Outcome::kSegmentEnd:
    case Outcome::kReordered:
      return "the video ends before the time that predictions are for; use a smaller horizon, or "
             "timestamps=source";
    case Outcome::kInterval:
      return "interval is larger than that; set it lower";
    default:
      return "see stats";
  }
}

}  // namespace

std::string describe(const Silence& silence, int context) {
  return "Nothing has been predicted from " + std::to_string(silence.frames) +
         (silence.frames == 1 ? " frame: " : " frames: ") + why(silence, context) + ".";
}

}  // namespace stip::gst
