#include "earlier_predictions.h"

namespace stip::gst {

void EarlierPredictions::keep(GstClockTime target, BufferPtr picture, const PictureOrigin& origin) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (origin == now_) store_.put(target, std::move(picture));
}

void EarlierPredictions::expect(const GstVideoInfo& info, bool on_gpu) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const PictureOrigin next = now_.looking(info, on_gpu);
  if (!(next == now_)) forget();
  now_ = next;
}

void EarlierPredictions::restart(std::uint64_t epoch) {
  const std::lock_guard<std::mutex> lock(mutex_);
  forget();
  now_.epoch = epoch;
}

EarlierPredictions::Recalled EarlierPredictions::recall(GstClockTime pts, GstClockTime d) {
  const std::lock_guard<std::mutex> lock(mutex_);
  BufferPtr picture = store_.take(pts, GST_CLOCK_TIME_IS_VALID(d) ? d / 2 : 0);
  const bool fresh = picture != nullptr;
  if (fresh) last_ = std::move(picture);
  return {last_ == nullptr ? nullptr : share(last_.get()), fresh};
}

void EarlierPredictions::clear() {
  const std::lock_guard<std::mutex> lock(mutex_);
  forget();
}

void EarlierPredictions::forget() {
  store_.clear();
  last_.reset();
}

}  // namespace stip::gst
