// The one symbol that the plugin looks up in libgststip-cuda.so.0.
#include "gpu_module.h"

#include <dlfcn.h>
#include <gst/cuda/gstcudabufferpool.h>
#include <gst/cuda/gstcudautils.h>

#include <map>
#include <mutex>
#include <string>

#include "stip/error.h"

namespace stip::gst {
namespace {

// The context that CUDA's runtime, and with it the network, uses. It is kept for as long as the
// process lives: downstream may hold memory of it when we are gone.
CUcontext primary_context(int device) {
  using Retain = CUresult (*)(CUcontext*, CUdevice);
  static std::mutex mutex;
  static std::map<int, CUcontext> contexts;
  const std::lock_guard<std::mutex> lock(mutex);
  CUcontext& context = contexts[device];
  if (context != nullptr) return context;
  void* const driver = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL);
  if (driver == nullptr) return nullptr;
  // libgstcuda has no name for it.
  const auto retain = reinterpret_cast<Retain>(dlsym(driver, "cuDevicePrimaryCtxRetain"));
  CUdevice handle = 0;
  if (retain == nullptr || CuDeviceGet(&handle, device) != CUDA_SUCCESS) return nullptr;
  if (retain(&context, handle) != CUDA_SUCCESS) context = nullptr;
  return context;
}

GstCudaContext* context_of(const Gpu& gpu) {
  return static_cast<GstCudaContext*>(gpu.context.get());
}

GstCudaMemory* memory_of(GstBuffer* buffer) {
  return GST_CUDA_MEMORY_CAST(gst_buffer_peek_memory(buffer, 0));
}

GpuPtr open(int device) {
  CUdevice handle = 0;
  CUcontext primary = nullptr;
  if (gst_cuda_load_library() && CuInit(0) == CUDA_SUCCESS) primary = primary_context(device);
  if (primary == nullptr || CuDeviceGet(&handle, device) != CUDA_SUCCESS) return nullptr;
  GstCudaContext* context = gst_cuda_context_new_wrapped(primary, handle);
  if (context == nullptr) return nullptr;
  gst_cuda_memory_init_once();
  return std::make_shared<const Gpu>(Gpu{device, {context, gst_object_unref}});
}

void offer_context(GstElement* element, const Gpu& gpu) {
  GstContext* context = gst_context_new_cuda_context(context_of(gpu));
  gst_element_post_message(element, gst_message_new_have_context(GST_OBJECT(element), context));
}

bool answer_context(GstElement* element, GstQuery* query, const Gpu& gpu) {
  return gst_cuda_handle_context_query(element, query, context_of(gpu));
}

// From 1.24 on memory may come with its producer's work on it still under way, and has a function
// to wait for that. In 1.22 it is there when it comes.
void wait_for_producer(GstCudaMemory* memory) {
  using Sync = void (*)(GstCudaMemory*);
  static const Sync sync = [] {
    void* const library = dlopen("libgstcuda-1.0.so.0", RTLD_LAZY | RTLD_NOLOAD);
    return library == nullptr ? nullptr
                              : reinterpret_cast<Sync>(dlsym(library, "gst_cuda_memory_sync"));
  }();
  if (sync != nullptr) sync(memory);
}

void check(GstBuffer* buffer, const Gpu& gpu) {
  wait_for_producer(memory_of(buffer));
  GstCudaContext* const context = memory_of(buffer)->context;
  if (context == context_of(gpu)) return;
  guint device = 0;
  g_object_get(context, "cuda-device-id", &device, nullptr);
  if (static_cast<int>(device) == gpu.device) return;
  const std::string number = std::to_string(device);
  throw Error(ErrorCode::kInvalidArgument,
              "This video is in the memory of GPU " + number +
                  " and the model runs on cuda:" + std::to_string(gpu.device) +
                  "; use device=cuda:" + number + ", or put cudadownload before stippredict.");
}

GstBufferPool* new_pool(const Gpu& gpu) { return gst_cuda_buffer_pool_new(context_of(gpu)); }

bool begin_copies(GstBuffer* target) { return gst_cuda_context_push(memory_of(target)->context); }

// Each thread has a stream of its own, which CUDA makes.
bool copy_rows(const RowBlock& block) {
  if (block.bytes == 0) return true;  // half of a chroma plane one pixel wide
  CUDA_MEMCPY2D copy = {};
  // Not of the type DEVICE, which is of the current context: the source may be of another one.
  copy.srcMemoryType = copy.dstMemoryType = CU_MEMORYTYPE_UNIFIED;
  copy.srcDevice = reinterpret_cast<CUdeviceptr>(block.from);
  copy.srcPitch = static_cast<std::size_t>(block.from_stride);
  copy.dstDevice = reinterpret_cast<CUdeviceptr>(block.to);
  copy.dstPitch = static_cast<std::size_t>(block.to_stride);
  copy.WidthInBytes = block.bytes;
  copy.Height = static_cast<std::size_t>(block.rows);
  return CuMemcpy2DAsync(&copy, CU_STREAM_PER_THREAD) == CUDA_SUCCESS;
}

bool finish_copies() { return CuStreamSynchronize(CU_STREAM_PER_THREAD) == CUDA_SUCCESS; }

void end_copies() { gst_cuda_context_pop(nullptr); }

constexpr GpuModule kModule = {open,         offer_context, answer_context, check,     new_pool,
                               begin_copies, copy_rows,     finish_copies,  end_copies};

}  // namespace
}  // namespace stip::gst

extern "C" __attribute__((visibility("default"))) const stip::gst::GpuModule*
stip_gst_gpu_module() noexcept {
  return &stip::gst::kModule;
}
