// What a Python test cannot do itself: a note written by the element's own code.
#include "prediction_meta.h"

extern "C" __attribute__((visibility("default"))) void stip_test_attach_note(GstBuffer* buffer) {
  stip::gst::register_prediction_meta();
  stip::gst::PredictionNote note;
  note.horizon = 3;
  note.source_pts = 7 * GST_SECOND;
  note.age = 40 * GST_MSECOND;
  note.inference_time = 11 * GST_MSECOND;
  note.model_hash = "abc123";
  note.concealed = true;
  note.last_error = 12.5;
  note.last_error_pts = 6 * GST_SECOND;
  stip::gst::attach_note(buffer, note);
}
