#pragma once

#include <mutex>
#include <vector>

#include "outlet.h"

namespace stip::gst {

/// The outlets that are fed at the same moment: when a frame arrives, or when its prediction is
/// made. Sends them the events of the input, and those that last to outlets that come later. Any
/// thread; guarded by its own mutex, which is held while events (never frames) enter the queues.
class Side {
 public:
  /// Pads that pass the input on untouched, and those that show something made of it.
  enum class Whom { kAll, kOriginals, kOthers };

  /// Whether frames wait for room in a full queue.
  void set_waits(bool waits);

  /// The GPU in whose memory frames may be; null: there is none.
  void set_gpu(const GpuPtr& gpu);

  /// Brings the outlet up to date, which adopted what it shows before.
  void add(const std::shared_ptr<Outlet>& outlet);
  void remove(const std::shared_ptr<Outlet>& outlet);
  Outlets outlets() const;
  /// Calls with each outlet; none comes or goes meanwhile.
  template <typename Body>
  void for_each(Body body) {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (const auto& outlet : outlets_) body(*outlet);
  }

  /// A serialized event other than GAP. Of a time before a flush (another epoch) only what lasts.
  void send(const EventPtr& event, std::uint64_t epoch, Whom whom = Whom::kAll);
  /// What the warm-up depends on is known: told to those that wait, and to those that come.
  void announce_warm_up(int context, GstClockTime d);
  /// What was made before this epoch is not wanted any more.
  void set_epoch(std::uint64_t epoch);
  /// A flush starts: nothing comes out of the queues of those that are there, nor of those that
  /// come, whose sinks have not been told. Their queues are to be reopened after restart().
  void flush();
  /// A flush has ended: positions are forgotten.
  void restart(std::uint64_t epoch);
  /// Nothing of the stream survives but the outlets.
  void clear();

 private:
  void keep(const EventPtr& event);
  void forget_positions();

  mutable std::mutex mutex_;
  Outlets outlets_;
  std::vector<EventPtr> lasting_;  // in their order
  std::uint64_t epoch_ = 0;
  bool waits_ = true;
  GpuPtr gpu_;
  bool flushing_ = false;
  int context_ = 0;  // 0: not known
  GstClockTime step_ = GST_CLOCK_TIME_NONE;
};

}  // namespace stip::gst
