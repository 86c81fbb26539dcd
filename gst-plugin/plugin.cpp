#include <gst/gst.h>

#include "gst_stip_predict.h"

static gboolean plugin_init(GstPlugin* plugin) {
  return gst_element_register(plugin, "stippredict", GST_RANK_NONE, GST_TYPE_STIP_PREDICT);
}

#define PACKAGE "stip"
GST_PLUGIN_DEFINE(GST_VERSION_MAJOR, GST_VERSION_MINOR, stip, "Prediction of video frames",
                  plugin_init, STIP_VERSION, "LGPL", PACKAGE, "Unknown package origin")
