#pragma once

#include <gst/gst.h>

#include <deque>
#include <string>
#include <vector>

#include "gst_pictures.h"

namespace stip::test {

/// A pipeline as gst-launch describes it. Every wait ends after 10 seconds, with a failed test.
class Pipeline {
 public:
  explicit Pipeline(const std::string& description);
  ~Pipeline();
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  GstElement* get() const { return pipeline_; }
  /// By name; borrowed.
  GstElement* operator[](const char* name) const;

  /// Waits for the state; false on an error.
  bool reach(GstState state);
  GstStateChangeReturn ask(GstState state) { return gst_element_set_state(pipeline_, state); }

  /// PLAYING until EOS; false on an error (see error()).
  bool run();
  bool wait_for_eos();
  bool seek(GstClockTime start, GstClockTime stop = GST_CLOCK_TIME_NONE,
            GstSeekFlags flags = GST_SEEK_FLAG_FLUSH);

  /// The next error posted, as "domain:code text"; empty if there is none within the time.
  std::string error(GstClockTime patience = 10 * GST_SECOND);
  std::size_t errors_left();

  /// All that the appsink called `name` has got.
  std::vector<BufferPtr> pull_all(const char* name = "out");

 private:
  GstElement* pipeline_ = nullptr;
  GstBus* bus_ = nullptr;
  mutable std::vector<GstElement*> borrowed_;
  std::deque<GstMessage*> first_errors_;  // popped already, not asked for yet
};

/// As Pipeline::error() gives it, up to the text.
std::string error_name(GQuark domain, int code);

}  // namespace stip::test
