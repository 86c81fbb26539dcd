#pragma once

#include "gst_stip_predict.h"

namespace stip::gst {

/// Whether frames of these caps can be taken; the user is told where not, once for the same caps.
/// The sink pad's stream.
bool check_caps(GstStipPredict* self, GstCaps* caps);

/// GStreamer refuses caps that the pad does not accept before the element sees them, and the source
/// then says "Internal data stream error": from now on the user is told the reason first.
void tell_of_refused_caps(GstPad* sink);

}  // namespace stip::gst
