// libstip-flow.so: OpenCV's DIS optical flow behind one C symbol.
#include <cstdio>
#include <exception>
#include <opencv2/video/tracking.hpp>

#include "motion/flow_module.h"

namespace {

cv::Mat grey_picture(const std::uint8_t* pixels, int width, int height) {
  return {height, width, CV_8UC1, const_cast<std::uint8_t*>(pixels)};
}

}  // namespace

extern "C" __attribute__((visibility("default"))) int stip_flow_compute(
    const std::uint8_t* from, const std::uint8_t* to, int width, int height, int preset, float* uv,
    char* reason, int reason_size) noexcept {
  try {
    cv::Mat flow;  // empty: one of the right size would be taken as a first guess
    cv::DISOpticalFlow::create(preset)->calc(grey_picture(from, width, height),
                                             grey_picture(to, width, height), flow);
    flow.copyTo(cv::Mat(height, width, CV_32FC2, uv));
    return 0;
  } catch (const std::exception& error) {
    std::snprintf(reason, static_cast<std::size_t>(reason_size), "%s", error.what());
  } catch (...) {
    std::snprintf(reason, static_cast<std::size_t>(reason_size), "an unknown failure");
  }
  return 1;
}
