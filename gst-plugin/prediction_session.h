#pragma once

#include <gst/gst.h>

#include <memory>

#include "prediction_store.h"
#include "step_clock.h"
#include "stip/predictor.h"

namespace stip::gst {

/// What is remembered of one stream: when its frames came, what the model saw of them, and the
/// predictions made of frames that have not come yet. Knows no pads and no events. One thread: the
/// one that brings the frames, or nobody else while it runs.
class PredictionSession {
 public:
  /// Forgets everything and predicts with this model from now on. Throws stip::Error.
  void open(const Model& model, const PredictorOptions& options);
  /// Forgets everything, the model included.
  void close();
  bool is_open() const { return predictor_ != nullptr; }
  /// No frame has come since the last reset.
  bool is_fresh() const { return !GST_CLOCK_TIME_IS_VALID(clock_.last()); }

  void set_rate(int numerator, int denominator) { clock_.set_rate(numerator, denominator); }

  /// The stamps of the next frame. Returns true when the stream broke here (a step backwards or a
  /// hole longer than max_gap) and the pictures were forgotten.
  bool advance(GstClockTime pts, GstClockTime duration, GstClockTime max_gap);

  /// d, the time from one frame to the next; GST_CLOCK_TIME_NONE as long as nothing tells.
  GstClockTime step() const { return clock_.step(); }
  /// PTS of the newest frame.
  GstClockTime newest() const { return clock_.last(); }
  /// When the frame `horizon` after the newest is due: PTS + horizon * d, or GST_CLOCK_TIME_NONE.
  GstClockTime target(int horizon) const;

  /// The picture of the newest frame. The session must be open, as for the next three.
  void push(const FrameView& frame) { predictor_->push(frame); }
  bool ready() const { return predictor_->ready(); }
  int context() const { return predictor_->context(); }
  /// The frame `horizon` after the newest, written to `future`. ready() must hold.
  void predict(int horizon, const MutableFrameView& future);

  /// Keeps a prediction until its time comes.
  void keep(GstClockTime target, BufferPtr picture) { store_.put(target, std::move(picture)); }
  /// The prediction made earlier for the newest frame; if it is late, the last one recalled; null
  /// if there has been none since the last reset. Valid until the next call.
  GstBuffer* recall();
  void forget_predictions();

  /// Pictures and predictions are forgotten, the rhythm of the frames is not.
  void forget_pictures();
  /// A new stream, or a new position in it.
  void reset();

 private:
  std::unique_ptr<Predictor> predictor_;
  StepClock clock_;
  PredictionStore store_;
  BufferPtr recalled_;
};

}  // namespace stip::gst
