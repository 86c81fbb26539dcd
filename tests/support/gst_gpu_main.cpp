#include <gst/gst.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "support/cuda_on_host/controls.h"

// The simulated runtime and the driver that is none are one machine.
int main(int argc, char** argv) {
  if (const char* version = std::getenv("STIP_FAKE_CUDA_VERSION"); version != nullptr) {
    stip::cuda_on_host::set_driver_version(std::atoi(version));
  }
  gst_init(&argc, &argv);
  ::testing::InitGoogleTest(&argc, argv);
  const int result = RUN_ALL_TESTS();
  gst_deinit();
  return result;
}
