#include "caps_query.h"

#include "caps_map.h"

namespace stip::gst {
namespace {

// Caps at one side of the element, seen from the other.
CapsPtr across(GstCaps* caps, GstPadDirection from, Output output) {
  if (output != Output::kSideBySide) return share(caps);
  return from == GST_PAD_SINK ? double_width(caps) : halve_width(caps);
}

// `first` decides the order of preference.
CapsPtr intersection(GstCaps* first, GstCaps* second) {
  return CapsPtr(gst_caps_intersect_full(first, second, GST_CAPS_INTERSECT_FIRST));
}

CapsPtr filtered_template(GstPad* pad, GstQuery* query) {
  GstCaps* filter = nullptr;
  gst_query_parse_caps(query, &filter);
  CapsPtr allowed(gst_pad_get_pad_template_caps(pad));
  return filter == nullptr ? std::move(allowed) : intersection(filter, allowed.get());
}

// What the peer of `other` takes or gives of `allowed`, seen from the side `from`.
CapsPtr peer_allows(GstPad* other, const CapsPtr& allowed, GstPadDirection from, Output output) {
  const GstPadDirection opposite = from == GST_PAD_SINK ? GST_PAD_SRC : GST_PAD_SINK;
  const CapsPtr asked = across(allowed.get(), from, output);
  const CapsPtr peer(gst_pad_peer_query_caps(other, asked.get()));
  const CapsPtr seen = across(peer.get(), opposite, output);
  return intersection(seen.get(), allowed.get());
}

}  // namespace

CapsPtr shown_caps(GstCaps* caps, Output output) { return across(caps, GST_PAD_SINK, output); }

gboolean answer_sink_caps(GstPad* sink, const std::vector<LinkedPad>& linked, GstCaps* now,
                          GstQuery* query) {
  const CapsPtr unrestricted = filtered_template(sink, query);
  CapsPtr allowed = filtered_template(sink, query);
  for (const LinkedPad& one : linked) {
    allowed = peer_allows(one.pad.get(), allowed, GST_PAD_SINK, one.output);
  }
  if (now != nullptr && !gst_caps_is_subset(now, allowed.get())) {
    const CapsPtr last = intersection(now, unrestricted.get());
    allowed.reset(gst_caps_merge(allowed.release(), gst_caps_ref(last.get())));
  }
  gst_query_set_caps_result(query, allowed.get());
  return TRUE;
}

gboolean answer_src_caps(GstPad* src, GstPad* sink, Output output, GstQuery* query) {
  const CapsPtr allowed = filtered_template(src, query);
  gst_query_set_caps_result(query, peer_allows(sink, allowed, GST_PAD_SRC, output).get());
  return TRUE;
}

}  // namespace stip::gst
