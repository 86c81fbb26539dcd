#include <gst/gst.h>
#include <gtest/gtest.h>

#include "gst_stip_predict.h"

static gboolean register_element(GstPlugin* plugin) {
  return gst_element_register(plugin, "stippredict", GST_RANK_NONE, GST_TYPE_STIP_PREDICT);
}

// The element is linked into the test, which gives it models that no file holds.
int main(int argc, char** argv) {
  gst_init(&argc, &argv);
  gst_plugin_register_static(GST_VERSION_MAJOR, GST_VERSION_MINOR, "stip-static", "for tests",
                             register_element, STIP_VERSION, "LGPL", "stip", "stip", "none");
  ::testing::InitGoogleTest(&argc, argv);
  const int result = RUN_ALL_TESTS();
  gst_deinit();
  return result;
}
