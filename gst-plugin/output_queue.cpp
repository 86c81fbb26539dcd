#include "output_queue.h"

#include <algorithm>

#include "segment_rules.h"

namespace stip::gst {
namespace {

bool is_event(const MiniObjectPtr& item, GstEventType type) {
  return GST_IS_EVENT(item.get()) && GST_EVENT_TYPE(item.get()) == type;
}

// GAPs count: a stream of nothing else must not fill the memory while a sink is paused.
bool counts(const MiniObjectPtr& item) {
  return GST_IS_BUFFER(item.get()) || is_event(item, GST_EVENT_GAP);
}

// Downstream, which had enough of the stream before, may want this one.
bool begins_stream(const MiniObjectPtr& item) {
  return is_event(item, GST_EVENT_STREAM_START) || is_event(item, GST_EVENT_SEGMENT);
}

}  // namespace

void OutputQueue::set_limit(std::size_t frames) {
  const std::lock_guard<std::mutex> lock(mutex_);
  limit_ = std::max<std::size_t>(frames, 1);
  room_.notify_all();
}

void OutputQueue::start_anew() {
  flow_ = GST_FLOW_OK;
  downstream_ = GST_FLOW_OK;
  peer_inactive_ = false;
}

void OutputQueue::open() {
  clear();
  const std::lock_guard<std::mutex> lock(mutex_);
  active_ = true;
  start_anew();
}

void OutputQueue::close() {
  const std::lock_guard<std::mutex> lock(mutex_);
  active_ = false;
  flow_ = GST_FLOW_FLUSHING;
  room_.notify_all();
  work_.notify_all();
}

void OutputQueue::flush() {
  const std::lock_guard<std::mutex> lock(mutex_);
  flow_ = GST_FLOW_FLUSHING;
  room_.notify_all();
  work_.notify_all();
}

std::deque<MiniObjectPtr> OutputQueue::reopen() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (active_) start_anew();
  return take_all();
}

std::deque<MiniObjectPtr> OutputQueue::clear() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return take_all();
}

std::deque<MiniObjectPtr> OutputQueue::take_all() {
  std::deque<MiniObjectPtr> taken;
  for (Item& item : items_) taken.push_back(std::move(item.object));
  items_.clear();
  frames_ = 0;
  room_.notify_all();
  return taken;
}

GstFlowReturn OutputQueue::push(MiniObjectPtr item, CapsPtr caps, Full full) {
  std::unique_lock<std::mutex> lock(mutex_);
  const bool frame = counts(item);
  if (frame) {
    const auto may_enter = [&] { return full == Full::kExceed || frames_ < limit_; };
    room_.wait(lock, [&] { return may_enter() || flow_ != GST_FLOW_OK; });
    if (flow_ != GST_FLOW_OK) return flow_;
    ++frames_;
  }
  if (stopped()) {
    if (outlasts_the_flush(item)) items_.push_back({std::move(item), nullptr});
    return flow_;
  }
  if (begins_stream(item) && flow_ == GST_FLOW_EOS) flow_ = GST_FLOW_OK;
  items_.push_back({std::move(item), std::move(caps)});
  work_.notify_one();
  return GST_FLOW_OK;
}

bool OutputQueue::outlasts_the_flush(const MiniObjectPtr& item) const {
  const bool flushing = active_ && flow_ == GST_FLOW_FLUSHING;
  return flushing && GST_IS_EVENT(item.get()) && lasts(GST_EVENT_CAST(item.get()));
}

bool OutputQueue::has_room() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return frames_ < limit_;
}

bool OutputQueue::has_no_frame() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return frames_ == 0;
}

MiniObjectPtr OutputQueue::take_first(CapsPtr* caps) {
  MiniObjectPtr item = std::move(items_.front().object);
  if (caps != nullptr) *caps = std::move(items_.front().caps);
  items_.pop_front();
  if (counts(item)) --frames_;
  if (begins_stream(item) && downstream_ == GST_FLOW_EOS) downstream_ = GST_FLOW_OK;
  room_.notify_all();
  return item;
}

MiniObjectPtr OutputQueue::pop(CapsPtr* caps) {
  std::unique_lock<std::mutex> lock(mutex_);
  while (true) {
    work_.wait(lock, [this] { return !items_.empty() || stopped(); });
    if (stopped()) return nullptr;
    MiniObjectPtr item = take_first(caps);
    busy_ = downstream_ == GST_FLOW_OK || !GST_IS_BUFFER(item.get());
    if (busy_) return item;
    lock.unlock();  // a buffer's release may call anybody
    item.reset();
    lock.lock();
  }
}

void OutputQueue::put_back(MiniObjectPtr event) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (flow_ == GST_FLOW_FLUSHING) items_.push_front({std::move(event), nullptr});
}

void OutputQueue::done() {
  const std::lock_guard<std::mutex> lock(mutex_);
  busy_ = false;
  room_.notify_all();
}

bool OutputQueue::new_stream_waits() const {
  return std::any_of(items_.begin(), items_.end(),
                     [](const Item& item) { return begins_stream(item.object); });
}

bool OutputQueue::fail(GstFlowReturn flow) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (stopped()) return false;  // closed, or failed for a reason told before
  if (flow == GST_FLOW_FLUSHING) {
    peer_inactive_ = true;
    return false;
  }
  room_.notify_all();
  work_.notify_all();
  if (drops_frames(flow)) {
    downstream_ = flow;
    // What was pushed after the new stream began is not concerned.
    if (flow == GST_FLOW_NOT_LINKED || !new_stream_waits()) flow_ = flow;
    return false;
  }
  flow_ = flow;
  return std::any_of(items_.begin(), items_.end(),
                     [](const Item& item) { return is_event(item.object, GST_EVENT_EOS); });
}

void OutputQueue::succeed() {
  const std::lock_guard<std::mutex> lock(mutex_);
  peer_inactive_ = false;
}

void OutputQueue::link() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (flow_ == GST_FLOW_NOT_LINKED) flow_ = GST_FLOW_OK;
  if (downstream_ == GST_FLOW_NOT_LINKED) downstream_ = GST_FLOW_OK;
  peer_inactive_ = false;
}

GstFlowReturn OutputQueue::flow() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return flow_ == GST_FLOW_OK && peer_inactive_ ? GST_FLOW_FLUSHING : flow_;
}

bool OutputQueue::drain() {
  std::unique_lock<std::mutex> lock(mutex_);
  room_.wait(lock, [this] { return (items_.empty() && !busy_) || stopped(); });
  return !stopped();
}

}  // namespace stip::gst
