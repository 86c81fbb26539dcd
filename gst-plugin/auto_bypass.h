#pragma once

#include <gst/gst.h>

#include <deque>

namespace stip::gst {

/// Whether predictions are to be replaced by the newest frame, because that has been nearer to what
/// really came for 5 seconds of stream time, on average over them; and back once predictions have
/// been nearer for 5 seconds. Equal changes nothing. One thread.
class AutoBypass {
 public:
  /// A prediction was judged at the frame with this stream time (or PTS): how many dB its PSNR is
  /// above copy-last's (Comparison::model.psnr - copy_last.psnr). Time that goes back, or stands
  /// still for 5 seconds, starts a new stretch. Returns whether to bypass from now on.
  bool add(GstClockTime time, double gain);

  bool bypassed() const { return bypassed_; }
  /// The stream is another one: forgets what was judged, and stops to bypass.
  void reset();

 private:
  // Sums over a tenth of a second: memory does not depend on the rate.
  struct Part {
    GstClockTime begin;
    double gain;
    int count;
  };

  double mean_gain() const;

  std::deque<Part> parts_;
  GstClockTime begin_ = GST_CLOCK_TIME_NONE;  // of the stretch judged with the present answer
  GstClockTime last_ = GST_CLOCK_TIME_NONE;
  bool bypassed_ = false;
};

}  // namespace stip::gst
