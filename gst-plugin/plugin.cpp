#include <gst/gst.h>

#include "gst_stip_predict.h"
#include "prediction_meta.h"

static gboolean plugin_init(GstPlugin* plugin) {
  stip::gst::register_prediction_meta();
  return gst_element_register(plugin, "stippredict", GST_RANK_NONE, GST_TYPE_STIP_PREDICT);
}

#define PACKAGE "stip"
GST_PLUGIN_DEFINE(GST_VERSION_MAJOR, GST_VERSION_MINOR, stip, "Prediction of video frames",
                  plugin_init, STIP_VERSION, "LGPL", PACKAGE, "Unknown package origin")
