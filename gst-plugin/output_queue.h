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

  /// The pad is active: starts with nothing in it and flow OK.
  void open();
  /// The pad is not active any more. Wakes everybody; until open(), push() returns FLUSHING and
  /// pop() nothing.
  void close();
  /// A flush starts: as close(), until reopen() or open(), but for events that last: the other
  /// side may be in the middle of sending some, and will not send them again. They are kept.
  void flush();
  /// A flush has ended: starts again as open() does, unless the pad became inactive meanwhile.
  /// Returns, in one with it, what was waiting.
  std::deque<MiniObjectPtr> reopen();
  /// Takes out everything that waits.
  std::deque<MiniObjectPtr> clear();

  /// What push() of a frame does in a full queue.
  enum class Full { kWait, kExceed };

  /// Waits for room. Anything but OK: the item was dropped, for the reason returned. A frame may
  /// bring the caps it was made for: a flush can take the CAPS event before it.
  GstFlowReturn push(MiniObjectPtr item, CapsPtr caps = nullptr, Full full = Full::kWait);
  /// Whether a frame pushed now would not wait. Stays true for whoever alone pushes.
  bool has_room() const;
  /// Whether no frame waits, so that whoever takes them is waiting for one.
  bool has_no_frame() const;
  /// Waits for an item; nothing after close(), flush() or a fatal fail(). Frames that downstream
  /// would not take (see fail()) are left out. The caps of a frame go to `caps`.
  MiniObjectPtr pop(CapsPtr* caps = nullptr);
  /// An event popped last, which a flush kept from being sent: clear() will find it. Without a
  /// flush it is dropped.
  void put_back(MiniObjectPtr event);
  /// The item popped last has been dealt with.
  void done();

  /// What pushing downstream returned. EOS and NOT_LINKED drop later frames but let events
  /// through, EOS until the next STREAM_START or SEGMENT, NOT_LINKED until link(); anything worse
  /// stops the queue. Returns whether it was stopped now with an EOS event waiting in it: nobody
  /// upstream will see the flow any more. FLUSHING means that the peer is inactive: each frame
  /// tries again.
  bool fail(GstFlowReturn flow);
  /// The frame popped last was taken.
  void succeed();
  /// A new peer: frames go on after NOT_LINKED.
  void link();
  /// What push() of a frame returns; FLUSHING also where the peer refused the last one as such.
  GstFlowReturn flow() const;

  /// Waits until everything pushed so far has been dealt with; false if the queue was closed or
  /// stopped first.
  bool drain();

 private:
  static bool drops_frames(GstFlowReturn flow) {
    return flow == GST_FLOW_EOS || flow == GST_FLOW_NOT_LINKED;
  }
  bool stopped() const { return flow_ != GST_FLOW_OK && !drops_frames(flow_); }
  void start_anew();
  std::deque<MiniObjectPtr> take_all();
  bool outlasts_the_flush(const MiniObjectPtr& item) const;
  MiniObjectPtr take_first(CapsPtr* caps);
  bool new_stream_waits() const;

  mutable std::mutex mutex_;
  std::condition_variable room_;
  std::condition_variable work_;
  struct Item {
    MiniObjectPtr object;
    CapsPtr caps;
  };
  std::deque<Item> items_;
  std::size_t frames_ = 0;  // of items_, those that count
  std::size_t limit_ = 3;
  bool busy_ = false;
  bool active_ = false;
  GstFlowReturn flow_ = GST_FLOW_FLUSHING;  // for what is pushed next
  GstFlowReturn downstream_ = GST_FLOW_OK;  // for what is popped next: OK, EOS or NOT_LINKED
  bool peer_inactive_ = false;
};

}  // namespace stip::gst
