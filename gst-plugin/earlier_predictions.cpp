#include "earlier_predictions.h"

namespace stip::gst {

bool EarlierPredictions::wanted(const Origin& origin) const {
  return origin.epoch == now_.epoch && origin.format == now_.format && origin.width == now_.width &&
         origin.height == now_.height;
}

void EarlierPredictions::keep(GstClockTime target, BufferPtr picture, const Origin& origin) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (wanted(origin)) store_.put(target, std::move(picture));
}

void EarlierPredictions::expect(const GstVideoInfo& info) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const Origin next{now_.epoch, GST_VIDEO_INFO_FORMAT(&info), GST_VIDEO_INFO_WIDTH(&info),
                    GST_VIDEO_INFO_HEIGHT(&info)};
  if (!wanted(next)) forget();
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
