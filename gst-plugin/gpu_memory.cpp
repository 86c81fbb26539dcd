#include "gpu_memory.h"

#include <dlfcn.h>

#include "debug.h"
#include "gpu_module.h"
#include "stip/error.h"

#define GST_CAT_DEFAULT stip_predict_debug

namespace stip::gst {
namespace {

// Null where it is not built or cannot be loaded.
const GpuModule* load_module() {
  void* const module = dlopen(kGpuModuleFile, RTLD_NOW | RTLD_LOCAL);
  if (module == nullptr) {
    GST_INFO("video stays in the host's memory: %s", dlerror());
    return nullptr;
  }
  const auto get = reinterpret_cast<GetGpuModule>(dlsym(module, kGpuModuleSymbol));
  return get != nullptr ? get() : nullptr;
}

const GpuModule* module_or_null() {
  static const GpuModule* const module = load_module();
  return module;
}

// Of who has a Gpu, which nothing but the module makes, or a buffer in one's memory.
const GpuModule& gpu_module() {
  if (module_or_null() != nullptr) return *module_or_null();
  throw Error(ErrorCode::kFailed,
              "Video came in a GPU's memory, which this build of stippredict does not know; put "
              "cudadownload before it.");
}

[[noreturn]] void fail(const char* detail) {
  throw Error(ErrorCode::kFailed, "The GPU failed while a picture was copied.", detail);
}

constexpr const char* kFeature = "memory:CUDAMemory";

// Features that are ANY contain every one: that is an upstream which has not chosen yet.
gboolean is_of_a_gpu(GstCapsFeatures* features, GstStructure*, gpointer) {
  return features != nullptr && !gst_caps_features_is_any(features) &&
         gst_caps_features_contains(features, kFeature);
}

gboolean is_of_the_host(GstCapsFeatures* features, GstStructure* structure, gpointer data) {
  return !is_of_a_gpu(features, structure, data);
}

CapsPtr filtered(const GstCaps* caps, GstCapsFilterMapFunc stays) {
  CapsPtr rest(gst_caps_copy(caps));
  gst_caps_filter_and_map_in_place(rest.get(), stays, nullptr);
  return rest;
}

}  // namespace

GpuPtr open_gpu(int device) {
  if (device < 0 || module_or_null() == nullptr) return nullptr;
  GpuPtr gpu = gpu_module().open(device);
  if (gpu == nullptr) {
    GST_WARNING("GStreamer cannot use cuda:%d: video stays in the host's memory", device);
  }
  return gpu;
}

void offer_context(GstElement* element, const Gpu& gpu) {
  gpu_module().offer_context(element, gpu);
}

bool answer_context(GstElement* element, GstQuery* query, const GpuPtr& gpu) {
  return gpu != nullptr && gpu_module().answer_context(element, query, *gpu);
}

void check_gpu(GstBuffer* buffer, const Gpu& gpu) {
  if (in_gpu_memory(buffer)) return gpu_module().check(buffer, gpu);
  throw Error(ErrorCode::kFailed,
              "A video frame is not in a GPU's memory though its caps say so; check the element "
              "before stippredict.");
}

GstBufferPool* new_gpu_pool(const Gpu& gpu) { return gpu_module().new_pool(gpu); }

GpuCopies::GpuCopies(GstBuffer* target) {
  if (!gpu_module().begin_copies(target)) fail("its context cannot be used");
}

GpuCopies::~GpuCopies() { gpu_module().end_copies(); }

void GpuCopies::rows(const RowBlock& block) {
  if (!gpu_module().copy_rows(block)) failed_ = true;
}

void GpuCopies::finish() {
  const bool waited = gpu_module().finish_copies();
  if (failed_ || !waited) fail("a copy within its memory");
}

bool in_gpu_memory(const GstCaps* caps) {
  if (gst_caps_is_empty(caps) || gst_caps_is_any(caps)) return false;
  return is_of_a_gpu(gst_caps_get_features(caps, 0), nullptr, nullptr);
}

CapsPtr without_gpu_memory(const GstCaps* caps) { return filtered(caps, is_of_the_host); }

CapsPtr without_host_memory(const GstCaps* caps) { return filtered(caps, is_of_a_gpu); }

}  // namespace stip::gst
