#include "prediction_session.h"

#include "segment_rules.h"

namespace stip::gst {

void PredictionSession::open(const Model& model, const PredictorOptions& options) {
  close();
  predictor_ = model.make_predictor(options);
}

void PredictionSession::reopen(const Model& model, const PredictorOptions& options) {
  forget_pictures();
  predictor_.reset();
  predictor_ = model.make_predictor(options);
}

void PredictionSession::close() {
  reset();
  predictor_.reset();
}

PredictionSession::Step PredictionSession::advance(GstClockTime pts, GstClockTime duration,
                                                   GstClockTime max_gap) {
  Step step;
  step.missing = missing_between(clock_.last(), pts, clock_.step());
  step.broken = breaks(clock_.last(), pts, clock_.step(), max_gap) || step.missing > kMaxHorizon;
  if (step.broken) {
    step.missing = 0;
    forget_pictures();
    clock_.jump(pts);
  }
  clock_.add(pts, duration);
  return step;
}

GstClockTime PredictionSession::target(int horizon, bool seen) const {
  GstClockTime d = seen ? seen_.step() : GST_CLOCK_TIME_NONE;
  if (!GST_CLOCK_TIME_IS_VALID(d)) d = step();
  if (!GST_CLOCK_TIME_IS_VALID(d) || !GST_CLOCK_TIME_IS_VALID(clock_.last())) {
    return GST_CLOCK_TIME_NONE;
  }
  return clock_.last() + static_cast<GstClockTime>(horizon) * d;
}

void PredictionSession::count_picture() {
  seen_.add(clock_.last(), GST_CLOCK_TIME_NONE);
  empty_ = false;
}

void PredictionSession::push(const FrameView& frame) {
  predictor_->push(frame);
  count_picture();
}

void PredictionSession::push_on_device(const DeviceFrame& frame) {
  predictor_->push_on_device(frame);
  count_picture();
}

void PredictionSession::push_missing() {
  predictor_->push_missing();
  seen_.add(clock_.last(), GST_CLOCK_TIME_NONE);
}

bool PredictionSession::forget_pictures() {
  const bool forgotten = !empty_;
  if (predictor_ != nullptr) predictor_->reset();
  seen_.reset();
  empty_ = true;
  return forgotten;
}

void PredictionSession::reset() {
  forget_pictures();
  clock_.reset();
}

}  // namespace stip::gst
