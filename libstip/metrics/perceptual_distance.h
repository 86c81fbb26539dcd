#pragma once

#include <memory>
#include <string>
#include <vector>

#include "stip/frame.h"

namespace stip {

enum class PerceptualConvention {
  kStrict,  ///< RGB; mean over places in each layer
  kPaper    ///< as the release has it: BGR; maps enlarged to the picture, their mean, times 100
};

/// LPIPS (Zhang et al. 2018, version 0.1, AlexNet) of two 8-bit pictures. Its weights cannot be
/// shipped with this project; they come from the user's files. Any thread.
class PerceptualDistance {
 public:
  /// Files of torch.save, together with AlexNet's convolutions (torchvision's alexnet-owt names, or
  /// the lpips package's) and the five linear heads. Throws kWrongKind naming the first tensor that
  /// is missing or of another shape, and what reading checkpoints throws.
  explicit PerceptualDistance(const std::vector<std::string>& files);
  ~PerceptualDistance();

  /// Not a number when a side is under 31 pixels, which AlexNet cannot take.
  double operator()(const FrameView& a, const FrameView& b, PerceptualConvention convention) const;

 private:
  class Network;
  std::unique_ptr<const Network> network_;
};

}  // namespace stip
