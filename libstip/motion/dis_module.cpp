// libstip-flow.so: OpenCV's DIS optical flow behind one C symbol.
#include <cstdio>
#include <exception>
#include <opencv2/video/tracking.hpp>

#include "motion/flow_module.h"

namespace {

using Flow = cv::Ptr<cv::DISOpticalFlow>;

cv::Mat grey_picture(const std::uint8_t* pixels, int width, int height) {
  return {height, width, CV_8UC1, const_cast<std::uint8_t*>(pixels)};
}

void* open_flow(int preset) {
  try {
    return new Flow(cv::DISOpticalFlow::create(preset));
  } catch (...) {
    return nullptr;
  }
}

int compute_flow(void* flow, const std::uint8_t* from, const std::uint8_t* to, int width,
                 int height, float* uv, char* reason, int reason_size) {
  try {
    cv::Mat found;  // empty: one of the right size would be taken as a first guess
    // OpenCV runs what is nested in a loop of its own on one thread. More are busy elsewhere, and
    // gain little here.
    cv::parallel_for_({0, 1}, [&](const cv::Range&) {
      (*static_cast<Flow*>(flow))
          ->calc(grey_picture(from, width, height), grey_picture(to, width, height), found);
    });
    found.copyTo(cv::Mat(height, width, CV_32FC2, uv));
    return 0;
  } catch (const std::exception& error) {
    std::snprintf(reason, static_cast<std::size_t>(reason_size), "%s", error.what());
  } catch (...) {
    std::snprintf(reason, static_cast<std::size_t>(reason_size), "an unknown failure");
  }
  return 1;
}

void close_flow(void* flow) { delete static_cast<Flow*>(flow); }

}  // namespace

extern "C" __attribute__((visibility("default")))
const stip::FlowModule stip_flow_module = {open_flow, compute_flow, close_flow};
