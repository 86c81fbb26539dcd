#pragma once

#include <optional>
#include <vector>

#include "ops/cuda/pictures.h"
#include "predict/cuda/cuda_engine.h"
#include "predict/fit_geometry.h"

namespace stip::cuda {

/// Between pictures of a stream's size and the network's frames, on the device: the true frames of
/// a clip in slots, each as the bytes that came or as a patched frame of floats, and predictions on
/// their way to bytes (engine::PictureFit's twin).
class DeviceFrames {
 public:
  /// `slots`: true frames that are kept. Throws kOutOfMemory.
  DeviceFrames(const FitGeometry& geometry, const Shape& shape, int frame_channels, int slots);

  bool scales() const { return scaling_.has_value(); }
  std::size_t picture_bytes() const {
    return std::size_t{3} * static_cast<std::size_t>(geometry_.width) *
           static_cast<std::size_t>(geometry_.height);
  }

  /// A true frame comes: its bytes, packed, in pinned memory and the network's colour order. Does
  /// not wait.
  void take(int slot, const unsigned char* pinned, cudaStream_t stream);
  /// A patched frame takes a true one's place. Where there has been none before, memory is made and
  /// true is returned: graphs that were recorded earlier know nothing of it.
  bool make_patched_slots();
  void take_patched(int slot, const DeviceMap<float>& frame, cudaStream_t stream);

  FrameSource source(int slot) const;
  FrameSource source(const DeviceMap<float>& patched) const;

  /// A picture of the stream's size, packed, over these bytes.
  MutablePicture whole(std::uint8_t* bytes) const;
  /// Scales a prediction to it. Where nothing is scaled the decoders write the picture themselves.
  void give_scaled(const DeviceMap<float>& prediction, const MutablePicture& to,
                   cudaStream_t stream) const;

 private:
  // What scaling one way needs.
  struct Axis {
    DeviceArray<int> first;
    DeviceArray<int> count;
    DeviceArray<float> weights;
    int most = 0;
    Taps taps() const { return {first.data(), count.data(), weights.data(), most}; }
  };
  struct Scaling {
    Axis columns_down, rows_down, columns_up, rows_up;
    DeviceArray<float> narrow_down, narrow_up;
    DeviceArray<std::uint8_t> upload;
  };
  struct Slot {
    DeviceArray<std::uint8_t> bytes;
    DeviceMap<float> patched;
  };

  static Axis make_axis(int from, int to, const DeviceStream& stream);
  void scale_down(int slot, cudaStream_t stream);
  Picture picture(const std::uint8_t* bytes) const;
  PatchedFrame patched(const DeviceMap<float>& map) const;

  FitGeometry geometry_;
  Shape shape_;
  int frame_channels_;
  std::vector<Slot> slots_;
  DeviceArray<std::uint8_t> kinds_;  // of the slots: 1 where the floats count; then a 0 and a 1
  std::optional<Scaling> scaling_;
};

}  // namespace stip::cuda
