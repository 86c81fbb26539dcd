#pragma once

#include "gst_stip_predict.h"

namespace stip::gst {

/// On the way to PAUSED: from now on a model that is set is loaded beside the stream.
void start_hot_swap(GstStipPredict* self);

}  // namespace stip::gst
