#pragma once

#include <gst/gst.h>

/// The element's own debug category: GST_DEBUG=stippredict:6.
GST_DEBUG_CATEGORY_EXTERN(stip_predict_debug);
