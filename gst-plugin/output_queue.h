#pragma once

#include <gst/gst.h>

#include <condition_variable>
#include <deque>
#include <mutex>

#include "gst_ptr.h"

namespace stip::gst {

/// Buffers and serialized events in order, between the thread that makes them and the task of the
/// pad that pushes them. Bounded: frames (and GAPs) beyond the limit wait; other events do not.
///
/// Any thread may call; nothing is called back while the mutex is held.
class OutputQueue {
 public:
  /// How many frames may wait, at least 1.
  void set_limit(std::size_t frames);

  /// Starts (or starts again, after close()) with nothing in it and flow OK.
  void open();
  /// Wakes everybody; until open(), push() returns FLUSHING and pop() nothing.
  void close();
  /// Takes out everything that waits.
  std::deque<MiniObjectPtr> clear();

  /// Waits for room. Anything but OK: the item was dropped, for the reason returned.
  GstFlowReturn push(MiniObjectPtr item);
  /// Waits for an item; nothing after close() or a fatal fail().
  MiniObjectPtr pop();
  /// The item popped last has been dealt with.
  void done();

  /// What pushing downstream returned. EOS drops later frames but lets events through; anything
  /// worse stops the queue. Returns whether an EOS event was waiting in it: nobody upstream will
  /// see the flow any more.
  bool fail(GstFlowReturn flow);
  /// The reason for failing has gone (a new stream after EOS, a new peer after NOT_LINKED).
  void recover(GstFlowReturn from);
  GstFlowReturn flow() const;

  /// Waits until everything pushed so far has been dealt with; false if the queue was closed or
  /// stopped first.
  bool drain();

 private:
  bool stopped() const { return flow_ != GST_FLOW_OK && flow_ != GST_FLOW_EOS; }

  mutable std::mutex mutex_;
  std::condition_variable room_;
  std::condition_variable work_;
  std::deque<MiniObjectPtr> items_;
  std::size_t frames_ = 0;  // of items_, those that count
  std::size_t limit_ = 3;
  bool busy_ = false;
  GstFlowReturn flow_ = GST_FLOW_FLUSHING;
};

}  // namespace stip::gst
