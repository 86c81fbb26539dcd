#pragma once

#include <atomic>

#include "gst_ptr.h"
#include "reporter.h"
#include "telemetry.h"

namespace stip::gst {

/// Posts on the element's bus what the stream has to say.
class ElementReporter : public Reporter {
 public:
  ElementReporter(GstElement* element, Telemetry& telemetry)
      : element_(element), telemetry_(telemetry) {}

  /// A new run: what is told once is told again.
  void restart() { failure_told_ = false; }

  bool guarded(Phase phase, const std::function<void()>& body) override;
  void prediction_failed(const Error& error) override;
  void memory_saved(const Error& error) override;
  void qos_skipped(const QosSkip& skip) override;
  void message(GstStructure* content) override;
  void ended() override;
  void handled() override;

 private:
  GstClockTime stats_interval() const;
  void tell_silence(bool ended);

  GstElement* element_;  // owns this
  Telemetry& telemetry_;
  std::atomic<bool> failure_told_{false};
};

}  // namespace stip::gst
