#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "compensation.h"
#include "feed.h"
#include "qos_gate.h"

namespace stip::gst {

/// Everything of one source pad but the pad: its queue, what fills it, and what the pad's
/// properties and events say. Outlives the pad while somebody is still making a frame for it.
class Outlet {
 public:
  Outlet(OutletKind the_kind, const std::string& name)
      : kind(the_kind), feed_(queue, the_kind, name) {}

  const OutletKind kind;
  OutputQueue queue;
  QosGate qos;
  std::atomic<bool> linked{false};
  std::atomic<int> horizon{1};  ///< properties of a request pad
  std::atomic<Timestamps> timestamps{Timestamps::kTarget};
  std::atomic<GstClockTime> configured_latency{0};  ///< of the last LATENCY event
  Compensation compensation;                        ///< the inference side's alone

  /// What the pad shows. (The horizon that compensation chooses is not known here.)
  View view(const FrameSettings& settings) const;
  /// What a frame would be answered: NOT_LINKED without a peer.
  GstFlowReturn flow() const { return linked ? queue.flow() : GST_FLOW_NOT_LINKED; }

  /// The feed, for as long as this lives.
  class Access {
   public:
    Access(std::mutex& mutex, Feed* feed) : lock_(mutex), feed_(feed) {}
    Access(std::unique_lock<std::mutex> lock, Feed* feed) : lock_(std::move(lock)), feed_(feed) {}
    explicit operator bool() const { return feed_ != nullptr; }
    Feed* operator->() const { return feed_; }

   private:
    std::unique_lock<std::mutex> lock_;
    Feed* feed_;
  };

  Access feed() { return {feed_mutex_, &feed_}; }
  /// Nothing where a flush has come since `epoch`: what was made before it must not come out.
  Access feed(std::uint64_t epoch);
  void set_epoch(std::uint64_t epoch);

 private:
  std::mutex feed_mutex_;  // may be held while push() waits for room; then only one thread feeds
  Feed feed_;
  std::uint64_t epoch_ = 0;
};

using Outlets = std::vector<std::shared_ptr<Outlet>>;

}  // namespace stip::gst
