// A libcuda.so.1 for tests: what libgstcuda, its elements and stippredict use of CUDA's driver,
// with the host's memory as the devices'. It is stricter than a driver is: copies in a stream are
// made when somebody waits for it and not before, memory is only read and written where it is held,
// and an address of another context needs CU_MEMORYTYPE_UNIFIED.
//
// Read when it is loaded: STIP_FAKE_CUDA_DEVICES (1 unless said otherwise; CUDA_VISIBLE_DEVICES set
// to nothing hides them all) and STIP_FAKE_CUDA_VERSION (13000).
#include <cuda.h>

#include <cstdlib>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "controls.h"

#define EXPORTED extern "C" __attribute__((visibility("default")))

struct CUctx_st {
  CUdevice device = 0;
};

struct CUstream_st {
  std::deque<std::function<void()>> work;
};

namespace {

constexpr std::size_t kGuard = 512;
constexpr unsigned char kGuardByte = 0xa5, kFresh = 0xcd;
constexpr std::size_t kPitch = 512;

struct Held {
  std::size_t bytes;
  CUcontext context;
};

std::recursive_mutex mutex;
std::map<const unsigned char*, Held> held;
std::map<CUdevice, CUctx_st> primaries;
std::size_t limit = 0;
stip::fake_cuda::Counts numbers;
CUstream_st legacy;
thread_local CUstream_st of_this_thread;
thread_local std::vector<CUcontext> current;

int number(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr && *text != '\0' ? std::atoi(text) : otherwise;
}

int device_count() {
  const char* visible = std::getenv("CUDA_VISIBLE_DEVICES");
  if (visible != nullptr && *visible == '\0') return 0;
  return number("STIP_FAKE_CUDA_DEVICES", 1);
}

CUstream_st& stream_of(CUstream stream) {
  if (stream == nullptr || stream == CU_STREAM_LEGACY) return legacy;
  return stream == CU_STREAM_PER_THREAD ? of_this_thread : *stream;
}

void finish(CUstream_st& stream) {
  while (!stream.work.empty()) {
    stream.work.front()();
    stream.work.pop_front();
  }
}

const Held* find(const unsigned char* place, std::size_t bytes) {
  auto next = held.upper_bound(place);
  if (next == held.begin()) return nullptr;
  --next;
  return place + bytes <= next->first + next->second.bytes ? &next->second : nullptr;
}

// One end of a copy.
struct End {
  unsigned char* place;
  std::size_t pitch;
  const Held* held;  // null: the host's
  bool wrong;
};

End end_of(CUmemorytype type, const void* host, CUdeviceptr device, std::size_t pitch,
           std::size_t width, std::size_t height) {
  if (type == CU_MEMORYTYPE_HOST) {
    return {static_cast<unsigned char*>(const_cast<void*>(host)), pitch, nullptr, false};
  }
  auto* const place = reinterpret_cast<unsigned char*>(device);
  const Held* const memory = find(place, (height - 1) * pitch + width);
  const bool foreign = memory != nullptr && memory->context != current.back();
  return {place, pitch, memory, memory == nullptr || (foreign && type != CU_MEMORYTYPE_UNIFIED)};
}

CUresult copy(const CUDA_MEMCPY2D* what, CUstream_st& stream, bool waits) {
  const std::lock_guard<std::recursive_mutex> lock(mutex);
  if (current.empty()) return CUDA_ERROR_INVALID_CONTEXT;
  const End from = end_of(what->srcMemoryType, what->srcHost, what->srcDevice, what->srcPitch,
                          what->WidthInBytes, what->Height);
  const End to = end_of(what->dstMemoryType, what->dstHost, what->dstDevice, what->dstPitch,
                        what->WidthInBytes, what->Height);
  if (from.wrong || to.wrong) return CUDA_ERROR_INVALID_VALUE;
  if (from.held != nullptr && to.held != nullptr) {
    ++numbers.on_device;
    if (from.held->context != to.held->context) ++numbers.between_contexts;
  } else {
    numbers.from_host += from.held == nullptr ? 1 : 0;
    numbers.to_host += to.held == nullptr ? 1 : 0;
  }
  const auto all = *what;
  stream.work.push_back([from, to, all] {
    for (std::size_t y = 0; y < all.Height; ++y) {
      std::memcpy(to.place + y * to.pitch, from.place + y * from.pitch, all.WidthInBytes);
    }
  });
  if (waits) finish(stream);
  return CUDA_SUCCESS;
}

}  // namespace

namespace stip::fake_cuda {

__attribute__((visibility("default"))) void set_memory_limit(std::size_t bytes) { limit = bytes; }

__attribute__((visibility("default"))) Counts counts() {
  const std::lock_guard<std::recursive_mutex> lock(mutex);
  return numbers;
}

}  // namespace stip::fake_cuda

EXPORTED CUresult cuInit(unsigned) {
  return device_count() > 0 ? CUDA_SUCCESS : CUDA_ERROR_NO_DEVICE;
}
EXPORTED CUresult cuGetErrorName(CUresult, const char** text) {
  *text = "an error";
  return CUDA_SUCCESS;
}
EXPORTED CUresult cuGetErrorString(CUresult error, const char** text) {
  *text = error == CUDA_ERROR_OUT_OF_MEMORY ? "out of memory" : "an error";
  return CUDA_SUCCESS;
}
EXPORTED CUresult cuDriverGetVersion(int* version) {
  *version = number("STIP_FAKE_CUDA_VERSION", 13000);
  return CUDA_SUCCESS;
}
EXPORTED CUresult cuDeviceGetCount(int* count) {
  *count = device_count();
  return *count > 0 ? CUDA_SUCCESS : CUDA_ERROR_NO_DEVICE;
}
EXPORTED CUresult cuDeviceGet(CUdevice* device, int ordinal) {
  *device = ordinal;
  return ordinal < device_count() ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
}
EXPORTED CUresult cuDeviceGetName(char* name, int length, CUdevice) {
  std::strncpy(name, "none", static_cast<std::size_t>(length));
  return CUDA_SUCCESS;
}
EXPORTED CUresult cuDeviceGetAttribute(int* value, CUdevice_attribute attribute, CUdevice) {
  *value = attribute == CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR ? 9
           : attribute == CU_DEVICE_ATTRIBUTE_TEXTURE_ALIGNMENT      ? 512
                                                                     : 0;
  return CUDA_SUCCESS;
}
EXPORTED CUresult cuDeviceCanAccessPeer(int* can, CUdevice, CUdevice) {
  *can = 0;
  return CUDA_SUCCESS;
}

EXPORTED CUresult cuCtxCreate_v2(CUcontext* context, unsigned, CUdevice device) {
  if (device >= device_count()) return CUDA_ERROR_INVALID_DEVICE;
  *context = new CUctx_st{device};
  current.push_back(*context);
  return CUDA_SUCCESS;
}
EXPORTED CUresult cuCtxDestroy_v2(CUcontext context) {
  delete context;
  return CUDA_SUCCESS;
}
EXPORTED CUresult cuCtxPushCurrent_v2(CUcontext context) {
  current.push_back(context);
  return CUDA_SUCCESS;
}
EXPORTED CUresult cuCtxPopCurrent_v2(CUcontext* context) {
  if (current.empty()) return CUDA_ERROR_INVALID_CONTEXT;
  if (context != nullptr) *context = current.back();
  current.pop_back();
  return CUDA_SUCCESS;
}
EXPORTED CUresult cuDevicePrimaryCtxRetain(CUcontext* context, CUdevice device) {
  const std::lock_guard<std::recursive_mutex> lock(mutex);
  primaries[device].device = device;
  *context = &primaries[device];
  return CUDA_SUCCESS;
}

EXPORTED CUresult cuMemAllocPitch_v2(CUdeviceptr* place, std::size_t* pitch, std::size_t width,
                                     std::size_t height, unsigned) {
  const std::lock_guard<std::recursive_mutex> lock(mutex);
  if (current.empty()) return CUDA_ERROR_INVALID_CONTEXT;
  *pitch = (width + kPitch - 1) / kPitch * kPitch;
  const std::size_t bytes = *pitch * height;
  if (limit != 0 && numbers.bytes_held + bytes > limit) return CUDA_ERROR_OUT_OF_MEMORY;
  auto* const memory = static_cast<unsigned char*>(std::aligned_alloc(kPitch, bytes + kGuard));
  std::memset(memory, kFresh, bytes);
  std::memset(memory + bytes, kGuardByte, kGuard);
  held[memory] = {bytes, current.back()};
  numbers.bytes_held += bytes;
  ++numbers.allocations;
  *place = reinterpret_cast<CUdeviceptr>(memory);
  return CUDA_SUCCESS;
}
EXPORTED CUresult cuMemFree_v2(CUdeviceptr place) {
  const std::lock_guard<std::recursive_mutex> lock(mutex);
  const auto found = held.find(reinterpret_cast<unsigned char*>(place));
  if (found == held.end()) return CUDA_ERROR_INVALID_VALUE;
  const std::size_t bytes = found->second.bytes;
  for (std::size_t i = 0; i < kGuard; ++i) {
    if (found->first[bytes + i] != kGuardByte) std::abort();  // written behind it
  }
  numbers.bytes_held -= bytes;
  std::free(const_cast<unsigned char*>(found->first));
  held.erase(found);
  return CUDA_SUCCESS;
}
EXPORTED CUresult cuMemAllocHost_v2(void** memory, std::size_t bytes) {
  *memory = std::calloc(1, bytes);
  return CUDA_SUCCESS;
}
EXPORTED CUresult cuMemFreeHost(void* memory) {
  std::free(memory);
  return CUDA_SUCCESS;
}
EXPORTED CUresult cuMemcpy2D_v2(const CUDA_MEMCPY2D* what) { return copy(what, legacy, true); }
EXPORTED CUresult cuMemcpy2DAsync_v2(const CUDA_MEMCPY2D* what, CUstream stream) {
  return copy(what, stream_of(stream), false);
}

EXPORTED CUresult cuStreamCreate(CUstream* stream, unsigned) {
  *stream = new CUstream_st;
  return CUDA_SUCCESS;
}
#undef cuStreamDestroy  // libgstcuda looks for it by its first name
EXPORTED CUresult cuStreamDestroy(CUstream stream) {
  finish(*stream);
  delete stream;
  return CUDA_SUCCESS;
}
EXPORTED CUresult cuStreamSynchronize(CUstream stream) {
  const std::lock_guard<std::recursive_mutex> lock(mutex);
  ++numbers.waits;
  finish(stream_of(stream));
  return CUDA_SUCCESS;
}
