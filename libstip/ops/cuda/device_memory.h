#pragma once

#include <cstring>
#include <utility>
#include <vector>

#include "ops/cuda/check.h"

namespace stip::cuda {

/// Device memory, aligned to 256 bytes, not cleared. Freeing waits for the device.
class DeviceMemory {
 public:
  DeviceMemory() = default;
  /// Throws kOutOfMemory.
  explicit DeviceMemory(std::size_t bytes);
  ~DeviceMemory();
  DeviceMemory(DeviceMemory&& other) noexcept { swap(other); }
  DeviceMemory& operator=(DeviceMemory&& other) noexcept {
    swap(other);
    return *this;
  }

  void* data() const { return data_; }
  std::size_t bytes() const { return bytes_; }
  bool empty() const { return data_ == nullptr; }

 private:
  void swap(DeviceMemory& other) {
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
  }

  void* data_ = nullptr;
  std::size_t bytes_ = 0;
};

/// So many values of one type.
template <typename T>
class DeviceArray {
 public:
  DeviceArray() = default;
  explicit DeviceArray(std::size_t count) : memory_(count * sizeof(T)), count_(count) {}

  T* data() const { return static_cast<T*>(memory_.data()); }
  std::size_t size() const { return count_; }
  bool empty() const { return memory_.empty(); }

 private:
  DeviceMemory memory_;
  std::size_t count_ = 0;
};

/// Memory of the host that the device reads and writes by itself.
class PinnedMemory {
 public:
  PinnedMemory() = default;
  /// Throws kOutOfMemory.
  explicit PinnedMemory(std::size_t bytes);
  ~PinnedMemory();
  PinnedMemory(PinnedMemory&& other) noexcept { swap(other); }
  PinnedMemory& operator=(PinnedMemory&& other) noexcept {
    swap(other);
    return *this;
  }

  unsigned char* data() const { return static_cast<unsigned char*>(data_); }
  std::size_t bytes() const { return bytes_; }
  bool empty() const { return data_ == nullptr; }

 private:
  void swap(PinnedMemory& other) {
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
  }

  void* data_ = nullptr;
  std::size_t bytes_ = 0;
};

/// A stream of one's own, which waits for no other.
class DeviceStream {
 public:
  DeviceStream();
  ~DeviceStream();
  DeviceStream(const DeviceStream&) = delete;
  DeviceStream& operator=(const DeviceStream&) = delete;

  cudaStream_t get() const { return stream_; }
  void wait() const;

 private:
  cudaStream_t stream_ = nullptr;
};

class DeviceEvent {
 public:
  DeviceEvent();
  ~DeviceEvent();
  DeviceEvent(DeviceEvent&& other) noexcept { std::swap(event_, other.event_); }
  DeviceEvent& operator=(DeviceEvent&&) = delete;

  void record(cudaStream_t stream);
  /// The stream goes on when the event has come.
  void hold(cudaStream_t stream) const;
  /// The host does.
  void wait() const;

 private:
  cudaEvent_t event_ = nullptr;
};

/// Copies and waits; for what happens once.
void upload(const void* from, std::size_t bytes, void* to, const DeviceStream& stream);
void download(const void* from, std::size_t bytes, void* to, const DeviceStream& stream);

template <typename T>
DeviceArray<T> uploaded(const std::vector<T>& values, const DeviceStream& stream) {
  DeviceArray<T> array(values.size());
  upload(values.data(), values.size() * sizeof(T), array.data(), stream);
  return array;
}

template <typename T>
std::vector<T> downloaded(const DeviceArray<T>& array, const DeviceStream& stream) {
  std::vector<T> values(array.size());
  download(array.data(), values.size() * sizeof(T), values.data(), stream);
  return values;
}

}  // namespace stip::cuda
