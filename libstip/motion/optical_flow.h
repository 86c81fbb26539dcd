#pragma once

#include "motion/flow_field.h"
#include "motion/flow_module.h"
#include "stip/frame.h"

namespace stip {

/// Luma of BT.601 as OpenCV rounds it. A frame too small for the module is enlarged by replicating
/// its right and bottom edge.
struct GreyPicture {
  int width = 0;   ///< the frame's
  int height = 0;  ///< the frame's
  int stride = 0;  ///< of `pixels`, which may have more rows than the frame, too
  std::vector<std::uint8_t> pixels;
};
void make_grey(const FrameView& frame, GreyPicture* out);

/// Dense optical flow on grey pictures. Keeps its working memory between calls: making it anew
/// costs a fifth of the time (640x360, preset fast). One thread at a time.
class OpticalFlow {
 public:
  explicit OpticalFlow(FlowPreset preset) : preset_(preset) {}
  ~OpticalFlow();
  OpticalFlow(const OpticalFlow&) = delete;
  OpticalFlow& operator=(const OpticalFlow&) = delete;

  /// Where each pixel of `from` is found in `to` (one size, any from 1x1). Equal pictures give
  /// exactly zero. Throws kMissingModule, kFailed.
  void find(const GreyPicture& from, const GreyPicture& to, FlowField* out);

 private:
  FlowPreset preset_;
  void* flow_ = nullptr;  // FlowModule's
};

}  // namespace stip
