#pragma once

#include <gst/gst.h>

#include <vector>

#include "gst_ptr.h"
#include "settings.h"

namespace stip::gst {

/// What the sink pad takes: its template (of GPUs' memory where `gpu` says so), and what the peers
/// of all linked source pads take, with the width changed as `outputs` do.
struct LinkedPad {
  ObjectPtr<GstPad> pad;  // it may be released meanwhile
  Output output;
};
/// `now`, the caps that come at present (or null), is added as the last choice.
gboolean answer_sink_caps(GstPad* sink, const std::vector<LinkedPad>& linked, GstCaps* now,
                          bool gpu, GstQuery* query);

/// What a source pad that shows `output` can give: its template, and what upstream gives.
gboolean answer_src_caps(GstPad* src, GstPad* sink, Output output, bool gpu, GstQuery* query);

/// `caps` of the input as they leave where `output` is shown.
CapsPtr shown_caps(GstCaps* caps, Output output);

}  // namespace stip::gst
