#pragma once

#include <gst/gst.h>

#include <functional>

#include "error_map.h"
#include "qos_gate.h"

namespace stip::gst {

/// A prediction that was left out because downstream is late.
struct QosSkip {
  GstClockTime running_time;
  GstClockTime stream_time;
  GstClockTime pts;
  GstClockTime duration;
  QosGate::Counts counts;
};

/// What the stream has to say to the application; the element posts it. Called by the streaming
/// thread and by the worker, with no lock of ours held.
class Reporter {
 public:
  virtual ~Reporter() = default;

  /// Runs the body. What it throws becomes an element error, and the result false.
  virtual bool guarded(Phase phase, const std::function<void()>& body) = 0;
  /// The network failed, and the frame passes through.
  virtual void prediction_failed(const Error& error) = 0;
  /// Memory ran out, and the network goes on with less of it.
  virtual void memory_saved(const Error& error) = 0;
  virtual void qos_skipped(const QosSkip& skip) = 0;
  /// A message of the element's own; the structure is taken.
  virtual void message(GstStructure* content) = 0;
  /// The stream has ended: what is told from time to time is told for the last time.
  virtual void ended() = 0;
  /// A frame has been dealt with.
  virtual void handled() = 0;
};

}  // namespace stip::gst
