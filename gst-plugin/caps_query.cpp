#include "caps_query.h"

#include "caps_map.h"

namespace stip::gst {
namespace {

// Caps at one side of the element, seen from the other.
CapsPtr across(GstCaps* caps, GstPadDirection from, Output output) {
  if (output != Output::kSideBySide) return share(caps);
  return from == GST_PAD_SINK ? double_width(caps) : halve_width(caps);
}

GstPadDirection opposite(GstPadDirection direction) {
  return direction == GST_PAD_SINK ? GST_PAD_SRC : GST_PAD_SINK;
}

// `first` decides the order of preference.
CapsPtr intersection(GstCaps* first, GstCaps* second) {
  return CapsPtr(gst_caps_intersect_full(first, second, GST_CAPS_INTERSECT_FIRST));
}

}  // namespace

gboolean answer_caps(GstPad* pad, GstPad* other, Output output, GstQuery* query) {
  const GstPadDirection side = GST_PAD_DIRECTION(pad);
  GstCaps* filter = nullptr;
  gst_query_parse_caps(query, &filter);
  CapsPtr allowed(gst_pad_get_pad_template_caps(pad));
  if (filter != nullptr) allowed = intersection(filter, allowed.get());
  const CapsPtr asked = across(allowed.get(), side, output);
  const CapsPtr peer(gst_pad_peer_query_caps(other, asked.get()));
  const CapsPtr seen = across(peer.get(), opposite(side), output);
  gst_query_set_caps_result(query, intersection(seen.get(), allowed.get()).get());
  return TRUE;
}

}  // namespace stip::gst
