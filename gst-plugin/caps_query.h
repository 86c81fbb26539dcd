#pragma once

#include <gst/gst.h>

#include "settings.h"

namespace stip::gst {

/// Answers a CAPS query on `pad`: what its template allows and the peer of `other`, the element's
/// pad on the other side, takes or gives, with the width changed as the output does.
gboolean answer_caps(GstPad* pad, GstPad* other, Output output, GstQuery* query);

}  // namespace stip::gst
