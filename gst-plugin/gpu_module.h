#pragma once

#include "gpu_memory.h"

namespace stip::gst {

/// What libgststip-cuda.so.0, which links gstreamer-cuda, offers to the plugin, which must not: the
/// scanner loads the plugin for every application, and gstreamer-cuda brings OpenGL. See
/// gpu_memory.h for what the functions do; those that return bool say whether it was done.
struct GpuModule {
  GpuPtr (*open)(int device);  ///< null: GStreamer cannot use it
  void (*offer_context)(GstElement* element, const Gpu& gpu);
  bool (*answer_context)(GstElement* element, GstQuery* query, const Gpu& gpu);
  void (*check)(GstBuffer* buffer, const Gpu& gpu);
  GstBufferPool* (*new_pool)(const Gpu& gpu);
  bool (*begin_copies)(GstBuffer* target);
  bool (*copy_rows)(const RowBlock& block);
  bool (*finish_copies)();
  void (*end_copies)();
};
using GetGpuModule = const GpuModule* (*)();

constexpr const char* kGpuModuleFile = "libgststip-cuda.so.0";
constexpr const char* kGpuModuleSymbol = "stip_gst_gpu_module";

}  // namespace stip::gst
