#include "caps_query.h"

#include "caps_map.h"
#include "gpu_memory.h"

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

CapsPtr filtered_template(GstPad* pad, bool gpu, GstQuery* query) {
  GstCaps* filter = nullptr;
  gst_query_parse_caps(query, &filter);
  CapsPtr allowed(gst_pad_get_pad_template_caps(pad));
  if (!gpu) allowed = without_gpu_memory(allowed.get());
  return filter == nullptr ? std::move(allowed) : intersection(filter, allowed.get());
}

// Who can give a GPU's memory as well as the host's gives the GPU's, where all of downstream takes
// it: cudaupload would rather do nothing.
CapsPtr preferred(CapsPtr allowed, GstQuery* query) {
  GstCaps* filter = nullptr;
  gst_query_parse_caps(query, &filter);
  if (filter == nullptr || gst_caps_is_any(filter)) return allowed;
  CapsPtr on_gpu = without_host_memory(allowed.get());
  return gst_caps_is_empty(on_gpu.get()) ? std::move(allowed) : std::move(on_gpu);
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
                          bool gpu, GstQuery* query) {
  const CapsPtr unrestricted = filtered_template(sink, gpu, query);
  CapsPtr allowed = filtered_template(sink, gpu, query);
  for (const LinkedPad& one : linked) {
    allowed = peer_allows(one.pad.get(), allowed, GST_PAD_SINK, one.output);
  }
  if (gpu) allowed = preferred(std::move(allowed), query);
  if (now != nullptr && !gst_caps_is_subset(now, allowed.get())) {
    const CapsPtr last = intersection(now, unrestricted.get());
    allowed.reset(gst_caps_merge(allowed.release(), gst_caps_ref(last.get())));
  }
  gst_query_set_caps_result(query, allowed.get());
  return TRUE;
}

gboolean answer_src_caps(GstPad* src, GstPad* sink, Output output, bool gpu, GstQuery* query) {
  const CapsPtr allowed = filtered_template(src, gpu, query);
  gst_query_set_caps_result(query, peer_allows(sink, allowed, GST_PAD_SRC, output).get());
  return TRUE;
}

}  // namespace stip::gst
