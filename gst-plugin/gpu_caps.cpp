// The part of gpu_memory.h that needs nothing of CUDA.
#include "gpu_memory.h"

namespace stip::gst {
namespace {

constexpr const char* kFeature = "memory:CUDAMemory";

gboolean is_of_a_gpu(GstCapsFeatures* features, GstStructure*, gpointer) {
  return features != nullptr && gst_caps_features_contains(features, kFeature);
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

bool in_gpu_memory(const GstCaps* caps) {
  if (gst_caps_is_empty(caps) || gst_caps_is_any(caps)) return false;
  return is_of_a_gpu(gst_caps_get_features(caps, 0), nullptr, nullptr);
}

CapsPtr without_gpu_memory(const GstCaps* caps) { return filtered(caps, is_of_the_host); }

CapsPtr without_host_memory(const GstCaps* caps) { return filtered(caps, is_of_a_gpu); }

}  // namespace stip::gst
