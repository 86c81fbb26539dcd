#pragma once

#include <vector>

#include "predict/cuda/device_map.h"
#include "predict/cuda/device_weights.h"

namespace stip::cuda {

/// Sizes of the network at one picture size.
struct Shape {
  int patch = 0;
  int grid_height = 0;
  int grid_width = 0;
  int core_height = 0;
  int core_width = 0;

  int core_pixels() const { return core_height * core_width; }
};

/// What the encoders make of a clip but for the features: [level], finest first, without the last.
/// Each map holds the spatial encoder's channels and then the temporal one's.
template <typename T>
using Pyramid = std::vector<DeviceMap<T>>;

/// The last level's results; one and the same where there is one encoder.
template <typename T>
struct Features {
  Memory<T> spatial;
  Memory<T> temporal;
};

/// STED (eq. 1): the newest frames to features of ever coarser levels, both encoders in one launch
/// a level.
template <typename T>
class EncoderStage {
 public:
  /// Borrows the weights.
  EncoderStage(const DeviceWeights<T>& weights, const Shape& shape);

  Pyramid<T> make_pyramid() const;

  /// `clip`: the newest frames, oldest first, at most the configured number; where there are fewer
  /// the older ones are zeros. Does not wait.
  void run(const std::vector<FrameSource>& clip, const Pyramid<T>& pyramid,
           const Features<T>& features, cudaStream_t stream) const;

 private:
  void run_level(int level, const DeviceMap<T>& in, const Pyramid<T>& pyramid,
                 const Features<T>& features, cudaStream_t stream) const;

  const DeviceWeights<T>& weights_;
  Shape shape_;
  DeviceMap<T> input_;  // the first convolutions' results
};

}  // namespace stip::cuda
