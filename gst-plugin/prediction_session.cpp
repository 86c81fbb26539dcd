#include "prediction_session.h"

#include <vector>

#include "segment_rules.h"

namespace stip::gst {

void PredictionSession::open(const Model& model, const PredictorOptions& options) {
  close();
  predictor_ = model.make_predictor(options);
}

void PredictionSession::close() {
  reset();
  predictor_.reset();
}

bool PredictionSession::advance(GstClockTime pts, GstClockTime duration, GstClockTime max_gap) {
  const bool broken = breaks(clock_.last(), pts, clock_.step(), max_gap);
  if (broken) {
    forget_pictures();
    clock_.jump();
  }
  clock_.add(pts, duration);
  return broken;
}

GstClockTime PredictionSession::target(int horizon) const {
  const GstClockTime d = step();
  if (!GST_CLOCK_TIME_IS_VALID(d) || !GST_CLOCK_TIME_IS_VALID(clock_.last())) {
    return GST_CLOCK_TIME_NONE;
  }
  return clock_.last() + static_cast<GstClockTime>(horizon) * d;
}

void PredictionSession::predict(int horizon, const MutableFrameView& future) {
  std::vector<MutableFrameView> futures(static_cast<std::size_t>(horizon));
  futures.back() = future;  // the frames before it are computed through, not written
  predictor_->predict(futures);
}

GstBuffer* PredictionSession::recall() {
  const GstClockTime d = step();
  const GstClockTime tolerance = GST_CLOCK_TIME_IS_VALID(d) ? d / 2 : 0;
  BufferPtr picture = store_.take(clock_.last(), tolerance);
  if (picture != nullptr) recalled_ = std::move(picture);
  return recalled_.get();
}

void PredictionSession::forget_predictions() {
  store_.clear();
  recalled_.reset();
}

void PredictionSession::forget_pictures() {
  forget_predictions();
  if (predictor_ != nullptr) predictor_->reset();
}

void PredictionSession::reset() {
  forget_pictures();
  clock_.reset();
}

}  // namespace stip::gst
