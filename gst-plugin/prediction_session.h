#pragma once

#include <gst/gst.h>

#include <memory>
#include <vector>

#include "step_clock.h"
#include "stip/predictor.h"

namespace stip::gst {

/// What is remembered of one stream: when its frames came, and what the model saw of them. Knows no
/// pads and no events. One thread: the one that predicts, or nobody else while it runs.
class PredictionSession {
 public:
  /// Forgets everything and predicts with this model from now on. Throws stip::Error.
  void open(const Model& model, const PredictorOptions& options);
  /// Forgets the pictures, not the rhythm, and predicts with these options from now on. What the
  /// predictor held is released first. Throws stip::Error; then it is not open.
  void reopen(const Model& model, const PredictorOptions& options);
  /// Forgets everything, the model included.
  void close();
  bool is_open() const { return predictor_ != nullptr; }
  /// No frame has come since the last reset.
  bool is_fresh() const { return !GST_CLOCK_TIME_IS_VALID(clock_.last()); }

  void set_rate(int numerator, int denominator) { clock_.set_rate(numerator, denominator); }

  /// How the next frame follows the one before it.
  struct Step {
    bool broken = false;  ///< backwards, or a hole longer than max_gap: pictures were forgotten
    int missing = 0;      ///< frames that a shorter hole stands for
  };
  /// The stamps of the next frame.
  Step advance(GstClockTime pts, GstClockTime duration, GstClockTime max_gap);

  /// d, the time from one frame to the next; GST_CLOCK_TIME_NONE as long as nothing tells.
  GstClockTime step() const { return clock_.step(); }
  /// PTS of the newest frame.
  GstClockTime newest() const { return clock_.last(); }
  /// When the frame `horizon` after the newest is due: PTS + horizon * d, or GST_CLOCK_TIME_NONE.
  /// `seen`: d is the time between the frames that the model saw, where not all are shown to it.
  GstClockTime target(int horizon, bool seen = false) const;

  /// The picture of the newest frame. The session must be open, as for the next ones.
  void push(const FrameView& frame);
  /// The same of a picture in the memory of the model's GPU.
  void push_on_device(const DeviceFrame& frame);
  /// The newest frame is missing or damaged: its prediction takes its place. ready() must hold.
  void push_missing();
  bool ready() const { return predictor_->ready(); }
  /// No picture has come since they were forgotten.
  bool is_empty() const { return empty_; }
  int context() const { return predictor_->context(); }
  /// The frames after the newest, as Predictor::predict(). ready() must hold.
  void predict(const std::vector<MutableFrameView>& futures) { predictor_->predict(futures); }
  void predict_on_device(const std::vector<DeviceFrame>& futures, const DeviceFrame& newest) {
    predictor_->predict_on_device(futures, newest);
  }

  /// Pictures are forgotten, the rhythm of the frames is not. Returns whether there were any.
  bool forget_pictures();
  /// A new stream, or a new position in it.
  void reset();

 private:
  void count_picture();

  std::unique_ptr<Predictor> predictor_;
  StepClock clock_;
  StepClock seen_;  // of the pictures pushed
  bool empty_ = true;
};

}  // namespace stip::gst
