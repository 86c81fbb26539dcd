#pragma once

#include <gst/gst.h>

#include <optional>
#include <string>

namespace stip::gst {

/// Name of the GstCustomMeta and of its structure: in Python
/// `buffer.get_custom_meta("stippredict-prediction").get_structure()`. It has no tags, so that
/// converters and encoders keep it.
constexpr const char* kPredictionMeta = "stippredict-prediction";

/// What is said of a picture that stippredict made, or (output original and conceal) passed on.
/// The fields' names are API: those of the members, with '-' for '_'.
struct PredictionNote {
  int horizon = 0;                                ///< frames ahead; 0: a true frame
  GstClockTime source_pts = GST_CLOCK_TIME_NONE;  ///< of the frame it was made from
  GstClockTime age = 0;                           ///< ns from that frame's arrival until this left
  GstClockTime inference_time = 0;                ///< ns the network took; 0: it did not run
  std::string model_hash;
  bool concealed = false;  ///< fills the place of a frame that was lost
  bool bypassed = false;   ///< the newest frame stands for a prediction: those were worse lately
  /// Mean squared error, levels², of the prediction made for the newest input, and the PTS of that
  /// input. No fields where nothing was judged.
  std::optional<double> last_error;
  GstClockTime last_error_pts = GST_CLOCK_TIME_NONE;
};

/// Makes the meta known to GStreamer; call once before the others (plugin_init). Threads: any.
void register_prediction_meta();

/// Writes the note on a writable buffer, over one that an earlier stippredict left there.
void attach_note(GstBuffer* buffer, const PredictionNote& note);

/// What is written on a buffer; none if nothing is.
std::optional<PredictionNote> note_of(GstBuffer* buffer);

}  // namespace stip::gst
