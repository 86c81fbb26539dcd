#include "ops/cuda/device_memory.h"

#include <algorithm>

namespace stip::cuda {

DeviceMemory::DeviceMemory(std::size_t bytes) : bytes_(bytes) {
  if (bytes > 0) check(cudaMalloc(&data_, bytes), "making room on the GPU");
}

DeviceMemory::~DeviceMemory() {
  if (data_ != nullptr) cudaFree(data_);
}

PinnedMemory::PinnedMemory(std::size_t bytes) : bytes_(bytes) {
  if (bytes > 0) {
    check(cudaHostAlloc(&data_, bytes, cudaHostAllocDefault), "making room for pictures");
  }
}

PinnedMemory::~PinnedMemory() {
  if (data_ != nullptr) cudaFreeHost(data_);
}

DeviceStream::DeviceStream() {
  check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "making a stream");
}

DeviceStream::~DeviceStream() {
  if (stream_ == nullptr) return;
  cudaStreamSynchronize(stream_);
  cudaStreamDestroy(stream_);
}

void DeviceStream::wait() const { check(cudaStreamSynchronize(stream_), "running the network"); }

DeviceEvent::DeviceEvent() {
  check(cudaEventCreateWithFlags(&event_, cudaEventDisableTiming), "making an event");
}

DeviceEvent::~DeviceEvent() {
  if (event_ != nullptr) cudaEventDestroy(event_);
}

void DeviceEvent::record(cudaStream_t stream) {
  check(cudaEventRecord(event_, stream), "running the network");
}

void DeviceEvent::hold(cudaStream_t stream) const {
  check(cudaStreamWaitEvent(stream, event_, 0), "running the network");
}

void DeviceEvent::wait() const { check(cudaEventSynchronize(event_), "running the network"); }

namespace {

// Through pinned memory, a piece at a time.
constexpr std::size_t kPiece = std::size_t{8} << 20;

}  // namespace

void upload(const void* from, std::size_t bytes, void* to, const DeviceStream& stream) {
  const PinnedMemory pinned(std::min(bytes, kPiece));
  for (std::size_t done = 0; done < bytes; done += kPiece) {
    const std::size_t piece = std::min(kPiece, bytes - done);
    std::memcpy(pinned.data(), static_cast<const char*>(from) + done, piece);
    check(cudaMemcpyAsync(static_cast<char*>(to) + done, pinned.data(), piece,
                          cudaMemcpyHostToDevice, stream.get()),
          "writing to the GPU");
    stream.wait();
  }
}

void download(const void* from, std::size_t bytes, void* to, const DeviceStream& stream) {
  const PinnedMemory pinned(std::min(bytes, kPiece));
  for (std::size_t done = 0; done < bytes; done += kPiece) {
    const std::size_t piece = std::min(kPiece, bytes - done);
    check(cudaMemcpyAsync(pinned.data(), static_cast<const char*>(from) + done, piece,
                          cudaMemcpyDeviceToHost, stream.get()),
          "reading from the GPU");
    stream.wait();
    std::memcpy(static_cast<char*>(to) + done, pinned.data(), piece);
  }
}

}  // namespace stip::cuda
