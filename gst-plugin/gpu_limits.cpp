#include "gpu_limits.h"

namespace stip::gst {
namespace {

const char* what_needs_the_cpu(const FrameSettings& settings) noexcept {
  switch (settings.output) {
    case Output::kDifference:
      return "output=difference";
    case Output::kHeatMap:
      return "output=heat-map";
    case Output::kConceal:
      return "output=conceal";
    default:
      break;
  }
  if (settings.anomaly_threshold > 0) return "anomaly-threshold";
  if (settings.auto_bypass) return "auto-bypass";
  return settings.scene_change_threshold > 0 ? "scene-change-threshold" : nullptr;
}

}  // namespace

bool needs_host_memory(const FrameSettings& settings) noexcept {
  return what_needs_the_cpu(settings) != nullptr;
}

std::string gpu_memory_problem(const FrameSettings& settings, int device) {
  const char* const what = what_needs_the_cpu(settings);
  if (what != nullptr) {
    return std::string(what) +
           " works on pictures in the host's memory, and this video is in a GPU's "
           "(memory:CUDAMemory); put cudadownload before stippredict.";
  }
  if (device >= 0) {
    return "This video is in a GPU's memory (memory:CUDAMemory), which stippredict cannot reach: "
           "libgststip-cuda.so.0 is not installed beside it, or GStreamer finds no cuda:" +
           std::to_string(device) +
           " (GST_DEBUG=stippredict:4 tells which); put cudadownload before stippredict.";
  }
  return "This video is in a GPU's memory (memory:CUDAMemory) and this model does not run on a "
         "GPU; put cudadownload before stippredict, or use a network with device=cuda.";
}

}  // namespace stip::gst
