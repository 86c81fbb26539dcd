#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/// A request pad of predictions, with the properties `horizon` and `timestamps` of its outlet.
#define GST_TYPE_STIP_PREDICT_PAD (gst_stip_predict_pad_get_type())
G_DECLARE_FINAL_TYPE(GstStipPredictPad, gst_stip_predict_pad, GST, STIP_PREDICT_PAD, GstPad)

struct _GstStipPredictPad {
  GstPad parent;
};

G_END_DECLS
