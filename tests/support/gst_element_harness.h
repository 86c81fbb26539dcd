#pragma once

#include <gst/check/gstharness.h>

#include <string>
#include <vector>

#include "gst_pictures.h"

namespace stip::test {

/// No wait in a test is longer.
constexpr GstClockTime kPatience = 10 * GST_SECOND;

/// stippredict between two pads of ours. What it gives out is collected in order.
class ElementHarness {
 public:
  /// Properties as gst-launch takes them, without spaces in values; model=copy-last and
  /// async=false unless given.
  explicit ElementHarness(const std::string& properties = {});
  ~ElementHarness();
  ElementHarness(const ElementHarness&) = delete;
  ElementHarness& operator=(const ElementHarness&) = delete;

  GstElement* element() const { return harness_->element; }
  GstHarness* harness() const { return harness_; }
  void set(const std::string& name, const std::string& value);
  guint64 stat(const char* name) const;

  /// STREAM_START, CAPS and SEGMENT.
  void start(const GstVideoInfo& info);
  GstFlowReturn push(BufferPtr buffer);
  /// Pictures of seed = index, stamped as frames [first, first + count).
  void push_pictures(const GstVideoInfo& info, int first, int count);
  bool push_event(GstEvent* event);
  bool push_segment(GstClockTime start, GstClockTime stop, double rate = 1.0,
                    GstSegmentFlags flags = GST_SEGMENT_FLAG_NONE);
  void flush();

  /// EOS, and all that came out until it, or a failed test after 10 seconds.
  void finish();
  /// Waits until that many buffers have come out since the start.
  void wait_for(std::size_t buffers);

  std::vector<BufferPtr> buffers;
  std::vector<gst::EventPtr> events;

  std::vector<GstClockTime> times() const;  ///< PTS in steps of kStep, rounded
  std::vector<std::string> event_names() const;
  /// The first byte of each buffer.
  std::vector<int> first_bytes() const;

 private:
  void collect();

  GstHarness* harness_;
};

}  // namespace stip::test
