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

  /// A true frame comes: its bytes, packed and in the network's colour order, in pinned memory or
  /// the device's. Does not wait.
  void take(int slot, const unsigned char* from, cudaMemcpyKind kind, cudaStream_t stream);
  /// A patched frame takes a true one's place. Where there has been none before, memory is made and
  /// true is returned: graphs that were recorded earlier know nothing of it.
  bool make_patched_slots();
  void take_patched(int slot, const DeviceMap<float>& frame, cudaStream_t stream);

  FrameSource source(int slot) const;
  FrameSource source(const DeviceMap<float>& patched) const;

  /// A picture of the stream's size, packed, over these bytes.
  MutablePicture whole(std::uint8_t* bytes) const;
  Picture picture(const std::uint8_t* bytes) const;
  /// Scales a prediction to it. Where nothing is scaled the decoders write the picture themselves.
  void give_scaled(const DeviceMap<float>& prediction, const MutablePicture& to,
                   cudaStream_t stream) const;

 private:
  struct Axis {
    DeviceArray<int> first;
    DeviceArray<int> count;
    DeviceArray<float> weights;
    int most = 0;
    Taps taps() const { return {first.data(), count.data(), weights.data(), most}; }
  };
  // What scaling one way needs.
  class Way {
   public:
    Way(int from_height, int from_width, int to_height, int to_width, const DeviceStream& stream);
    /// To a patched frame, or to bytes where `to_bytes` has data.
    void run(const FrameSource& from, const PatchedFrame& to, const MutablePicture& to_bytes,
             cudaStream_t stream) const;

   private:
    int from_height_;
    int to_height_;
    int to_width_;
    Axis columns_;
    Axis rows_;
    DeviceArray<float> narrow_;  // [from_height][to_width][3]
  };
  struct Scaling {
    Way down;
    Way up;
    DeviceArray<std::uint8_t> upload;
  };
  struct Slot {
    DeviceArray<std::uint8_t> bytes;
    DeviceMap<float> patched;
  };

  static Axis make_axis(int from, int to, const DeviceStream& stream);
  PatchedFrame patched(const DeviceMap<float>& map) const;

  FitGeometry geometry_;
  Shape shape_;
  int frame_channels_;
  std::vector<Slot> slots_;
  DeviceArray<std::uint8_t> kinds_;  // of the slots: 1 where the floats count; then a 0 and a 1
  std::optional<Scaling> scaling_;
};

}  // namespace stip::cuda
