#include "earlier_predictions.h"

namespace stip::gst {

void EarlierPredictions::keep(GstClockTime target, BufferPtr picture) {
  const std::lock_guard<std::mutex> lock(mutex_);
  store_.put(target, std::move(picture));
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
  store_.clear();
  last_.reset();
}

}  // namespace stip::gst
