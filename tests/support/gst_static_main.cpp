#include <gst/gst.h>
#include <gtest/gtest.h>

#include "gst_stip_predict.h"

// The element is linked into the test, which gives it models that no file holds.
int main(int argc, char** argv) {
  gst_init(&argc, &argv);
  gst_element_register(nullptr, "stippredict", GST_RANK_NONE, GST_TYPE_STIP_PREDICT);
  ::testing::InitGoogleTest(&argc, argv);
  const int result = RUN_ALL_TESTS();
  gst_deinit();
  return result;
}
