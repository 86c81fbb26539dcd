#include "side.h"

#include <algorithm>

#include "segment_rules.h"

namespace stip::gst {
namespace {

// Whether the newer event takes the older one's place.
bool replaces(GstEvent* newer, const EventPtr& older) {
  if (GST_EVENT_TYPE(newer) != GST_EVENT_TYPE(older.get())) return false;
  if ((gst_event_type_get_flags(GST_EVENT_TYPE(newer)) & GST_EVENT_TYPE_STICKY_MULTI) == 0) {
    return true;
  }
  return gst_event_has_name(older.get(), gst_structure_get_name(gst_event_get_structure(newer)));
}

template <typename Predicate>
void erase_if(std::vector<EventPtr>& events, Predicate predicate) {
  events.erase(std::remove_if(events.begin(), events.end(), predicate), events.end());
}

}  // namespace

void Side::keep(const EventPtr& event) {
  if (!GST_EVENT_IS_STICKY(event.get())) return;
  if (GST_EVENT_TYPE(event.get()) == GST_EVENT_STREAM_START) lasting_.clear();
  const auto older = std::find_if(lasting_.begin(), lasting_.end(), [&](const EventPtr& kept) {
    return replaces(event.get(), kept);
  });
  if (older != lasting_.end()) {
    *older = share(event.get());
  } else {
    lasting_.push_back(share(event.get()));
  }
}

void Side::forget_positions() {
  erase_if(lasting_, [](const EventPtr& kept) { return is_position(kept.get()); });
}

void Side::set_waits(bool waits) {
  const std::lock_guard<std::mutex> lock(mutex_);
  waits_ = waits;
  for (const auto& outlet : outlets_) outlet->feed()->set_waits(waits);
}

void Side::set_gpu(const GpuPtr& gpu) {
  const std::lock_guard<std::mutex> lock(mutex_);
  gpu_ = gpu;
  for (const auto& outlet : outlets_) outlet->feed()->set_gpu(gpu);
}

void Side::add(const std::shared_ptr<Outlet>& outlet) {
  const std::lock_guard<std::mutex> lock(mutex_);
  outlet->set_epoch(epoch_);
  if (flushing_) outlet->queue.flush();
  outlets_.push_back(outlet);
  auto feed = outlet->feed();
  feed->set_waits(waits_);
  feed->set_gpu(gpu_);
  for (const EventPtr& event : lasting_) feed->send(share(event.get()));
  if (context_ > 0) feed->announce_warm_up(context_, step_);
}

void Side::remove(const std::shared_ptr<Outlet>& outlet) {
  const std::lock_guard<std::mutex> lock(mutex_);
  outlets_.erase(std::remove(outlets_.begin(), outlets_.end(), outlet), outlets_.end());
}

Outlets Side::outlets() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return outlets_;
}

void Side::send(const EventPtr& event, std::uint64_t epoch, Whom whom) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (epoch != epoch_ && !lasts(event.get())) return;
  if (GST_EVENT_TYPE(event.get()) == GST_EVENT_SEGMENT) {
    erase_if(lasting_,
             [](const EventPtr& kept) { return GST_EVENT_TYPE(kept.get()) == GST_EVENT_EOS; });
  }
  keep(event);
  for (const auto& outlet : outlets_) {
    auto feed = outlet->feed();
    const bool original = feed->view().output == Output::kOriginal;
    if (whom == Whom::kAll || original == (whom == Whom::kOriginals)) {
      feed->send(share(event.get()));
    }
  }
}

void Side::announce_warm_up(int context, GstClockTime d) {
  const std::lock_guard<std::mutex> lock(mutex_);
  context_ = context;
  step_ = d;
  for (const auto& outlet : outlets_) outlet->feed()->announce_warm_up(context, d);
}

void Side::set_epoch(std::uint64_t epoch) {
  const std::lock_guard<std::mutex> lock(mutex_);
  epoch_ = epoch;
  for (const auto& outlet : outlets_) outlet->set_epoch(epoch);
}

void Side::flush() {
  const std::lock_guard<std::mutex> lock(mutex_);
  flushing_ = true;
  for (const auto& outlet : outlets_) outlet->queue.flush();
}

void Side::restart(std::uint64_t epoch) {
  const std::lock_guard<std::mutex> lock(mutex_);
  flushing_ = false;
  epoch_ = epoch;
  forget_positions();
  for (const auto& outlet : outlets_) {
    outlet->set_epoch(epoch);
    outlet->feed()->restart();
    outlet->qos.reset();
  }
}

void Side::clear() {
  const std::lock_guard<std::mutex> lock(mutex_);
  flushing_ = false;
  lasting_.clear();
  context_ = 0;
  step_ = GST_CLOCK_TIME_NONE;
  for (const auto& outlet : outlets_) {
    outlet->feed()->clear();
    outlet->qos.reset();
  }
}

}  // namespace stip::gst
