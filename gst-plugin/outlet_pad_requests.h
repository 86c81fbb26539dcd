#pragma once

#include <gst/gst.h>

#include "gst_stip_predict.h"

namespace stip::gst {

/// Queries and upstream events on a source pad.
gboolean outlet_pad_query(GstPad* pad, GstObject* parent, GstQuery* query);
gboolean outlet_pad_event(GstPad* pad, GstObject* parent, GstEvent* event);

/// Tells the application, once until the next change of output or caps, that an element after this
/// one refuses these caps, and what to do.
void tell_refused_caps(GstStipPredict* self, const GstCaps* caps);

}  // namespace stip::gst
