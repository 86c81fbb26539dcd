#include "prediction_meta.h"

namespace stip::gst {
namespace {

GstClockTime time_field(const GstStructure* fields, const char* name) {
  guint64 time = GST_CLOCK_TIME_NONE;
  gst_structure_get_uint64(fields, name, &time);
  return time;
}

bool flag(const GstStructure* fields, const char* name) {
  gboolean value = FALSE;
  return gst_structure_get_boolean(fields, name, &value) && value;
}

}  // namespace

void register_prediction_meta() {
  static const GstMetaInfo* const info = [] {
    static const gchar* no_tags[] = {nullptr};
    return gst_meta_register_custom(kPredictionMeta, no_tags, nullptr, nullptr, nullptr);
  }();
  (void)info;
}

void attach_note(GstBuffer* buffer, const PredictionNote& note) {
  register_prediction_meta();
  GstCustomMeta* meta = gst_buffer_get_custom_meta(buffer, kPredictionMeta);
  if (meta == nullptr) meta = gst_buffer_add_custom_meta(buffer, kPredictionMeta);
  GstStructure* fields = gst_custom_meta_get_structure(meta);
  gst_structure_remove_all_fields(fields);
  // clang-format off
  gst_structure_set(fields,
      "horizon", G_TYPE_INT, note.horizon,
      "source-pts", G_TYPE_UINT64, note.source_pts,
      "age", G_TYPE_UINT64, note.age,
      "inference-time", G_TYPE_UINT64, note.inference_time,
      "model-hash", G_TYPE_STRING, note.model_hash.c_str(),
      "concealed", G_TYPE_BOOLEAN, note.concealed,
      "bypassed", G_TYPE_BOOLEAN, note.bypassed,
      nullptr);
  // clang-format on
  if (!note.last_error.has_value()) return;
  gst_structure_set(fields, "last-error", G_TYPE_DOUBLE, *note.last_error, "last-error-pts",
                    G_TYPE_UINT64, note.last_error_pts, nullptr);
}

std::optional<PredictionNote> note_of(GstBuffer* buffer) {
  GstCustomMeta* meta = gst_buffer_get_custom_meta(buffer, kPredictionMeta);
  if (meta == nullptr) return std::nullopt;
  const GstStructure* fields = gst_custom_meta_get_structure(meta);
  PredictionNote note;
  gst_structure_get_int(fields, "horizon", &note.horizon);
  note.source_pts = time_field(fields, "source-pts");
  note.age = time_field(fields, "age");
  note.inference_time = time_field(fields, "inference-time");
  const gchar* hash = gst_structure_get_string(fields, "model-hash");
  note.model_hash = hash == nullptr ? "" : hash;
  note.concealed = flag(fields, "concealed");
  note.bypassed = flag(fields, "bypassed");
  double error = 0;
  if (gst_structure_get_double(fields, "last-error", &error)) note.last_error = error;
  note.last_error_pts = time_field(fields, "last-error-pts");
  return note;
}

}  // namespace stip::gst
