#pragma once

#include "ops/cuda/device_memory.h"
#include "ops/cuda/gates.h"

namespace stip::cuda {

/// [height][width][channels] in device memory, packed, cleared by nobody.
template <typename T>
struct DeviceMap {
  int height = 0;
  int width = 0;
  int channels = 0;
  DeviceArray<T> values;

  DeviceMap() = default;
  DeviceMap(int h, int w, int c)
      : height(h),
        width(w),
        channels(c),
        values(static_cast<std::size_t>(h) * static_cast<std::size_t>(w) *
               static_cast<std::size_t>(c)) {}
  T* data() const { return values.data(); }
};

/// Room for memories (T, S, features), all of one size: in single precision, and as convolutions
/// read them.
template <typename T>
class MemoryRoom {
 public:
  MemoryRoom() = default;
  /// `count` of them, of so many values each.
  MemoryRoom(std::size_t count, std::size_t values) : values_(values), exact_(count * values) {
    if constexpr (sizeof(T) != sizeof(float)) rounded_ = DeviceArray<T>(count * values);
  }

  Memory<T> at(std::size_t index) const {
    float* const exact = exact_.data() + index * values_;
    if constexpr (sizeof(T) == sizeof(float)) {
      return {exact, exact};
    } else {
      return {exact, rounded_.data() + index * values_};
    }
  }

  /// All of them; rooms are of one size. Does not wait.
  void copy_from(const MemoryRoom& other, cudaStream_t stream) {
    copy(exact_.data(), other.exact_.data(), exact_.size() * sizeof(float), stream);
    if (rounded_.empty()) return;
    copy(rounded_.data(), other.rounded_.data(), rounded_.size() * sizeof(T), stream);
  }
  void clear(cudaStream_t stream) {
    check(cudaMemsetAsync(exact_.data(), 0, exact_.size() * sizeof(float), stream), kDoing);
    if (rounded_.empty()) return;
    check(cudaMemsetAsync(rounded_.data(), 0, rounded_.size() * sizeof(T), stream), kDoing);
  }

 private:
  static constexpr const char* kDoing = "moving the network's memory";
  static void copy(void* to, const void* from, std::size_t bytes, cudaStream_t stream) {
    check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, stream), kDoing);
  }

  std::size_t values_ = 0;
  DeviceArray<float> exact_;
  DeviceArray<T> rounded_;
};

}  // namespace stip::cuda
