#include "caps_map.h"

#include <algorithm>

namespace stip::gst {
namespace {

// A GValue released at the end of the scope.
struct ScopedValue {
  GValue value = G_VALUE_INIT;
  ~ScopedValue() {
    if (G_IS_VALUE(&value)) g_value_unset(&value);
  }
};

// Maps of one width and of a range of widths; false when nothing is left. Ranges of GStreamer begin
// and end at multiples of their step.
struct WidthMap {
  bool (*number)(int width, GValue* out);
  bool (*range)(int low, int high, int step, GValue* out);
};

bool set_range(gint64 low, gint64 high, gint64 step, GValue* out) {
  if (low > high || high < 1) return false;
  if (low == high) {
    g_value_init(out, G_TYPE_INT);
    g_value_set_int(out, static_cast<int>(low));
    return true;
  }
  g_value_init(out, GST_TYPE_INT_RANGE);
  gst_value_set_int_range_step(out, static_cast<int>(low), static_cast<int>(high),
                               static_cast<int>(step));
  return true;
}

bool double_number(int width, GValue* out) {
  if (width > G_MAXINT / 2) return false;
  g_value_init(out, G_TYPE_INT);
  g_value_set_int(out, 2 * width);
  return true;
}

bool double_range(int low, int high, int step, GValue* out) {
  const int most = G_MAXINT / 2 / step * step;
  const gint64 top = std::min(high, most);
  if (step > G_MAXINT / 2) return false;
  return set_range(gint64{2} * low, 2 * top, gint64{2} * step, out);
}

bool halve_number(int width, GValue* out) {
  if (width < 2 || width % 2 != 0) return false;
  g_value_init(out, G_TYPE_INT);
  g_value_set_int(out, width / 2);
  return true;
}

bool halve_range(int low, int high, int step, GValue* out) {
  // With an odd step only every second width of the range is even.
  const gint64 unit = step % 2 == 0 ? step / 2 : step;
  const gint64 lowest = std::max<gint64>((gint64{low} + 1) / 2, 1);
  return set_range((lowest + unit - 1) / unit * unit, gint64{high} / 2 / unit * unit, unit, out);
}

bool map_value(const GValue* value, const WidthMap& map, GValue* out);

bool map_list(const GValue* list, const WidthMap& map, GValue* out) {
  g_value_init(out, GST_TYPE_LIST);
  for (guint i = 0; i < gst_value_list_get_size(list); ++i) {
    GValue mapped = G_VALUE_INIT;
    if (map_value(gst_value_list_get_value(list, i), map, &mapped)) {
      gst_value_list_append_and_take_value(out, &mapped);
    }
  }
  return gst_value_list_get_size(out) > 0;
}

bool map_value(const GValue* value, const WidthMap& map, GValue* out) {
  if (G_VALUE_HOLDS_INT(value)) return map.number(g_value_get_int(value), out);
  if (GST_VALUE_HOLDS_INT_RANGE(value)) {
    return map.range(gst_value_get_int_range_min(value), gst_value_get_int_range_max(value),
                     gst_value_get_int_range_step(value), out);
  }
  return GST_VALUE_HOLDS_LIST(value) && map_list(value, map, out);
}

// Returns whether the structure stays.
gboolean map_structure(GstCapsFeatures*, GstStructure* structure, gpointer user_data) {
  const GValue* width = gst_structure_get_value(structure, "width");
  if (width == nullptr) return TRUE;  // any width, before as after
  ScopedValue mapped;
  if (!map_value(width, *static_cast<const WidthMap*>(user_data), &mapped.value)) return FALSE;
  gst_structure_set_value(structure, "width", &mapped.value);
  return TRUE;
}

CapsPtr map_caps(const GstCaps* caps, WidthMap map) {
  CapsPtr mapped(gst_caps_copy(caps));
  gst_caps_filter_and_map_in_place(mapped.get(), map_structure, &map);
  return mapped;
}

}  // namespace

CapsPtr double_width(const GstCaps* caps) { return map_caps(caps, {double_number, double_range}); }

CapsPtr halve_width(const GstCaps* caps) { return map_caps(caps, {halve_number, halve_range}); }

}  // namespace stip::gst
