#pragma once

#include <ATen/autocast_mode.h>
#include <torch/torch.h>

namespace stip {

/// While it lives, this thread's convolutions and matrix products on a device take bfloat16, or do
/// not (`on`), whatever was before; weights stay as they are. (torch's autocast.) Gradients find
/// their own types, but operators that a backward pass runs anew need a scope of their own.
class AutocastScope {
 public:
  AutocastScope(torch::DeviceType device, bool on)
      : device_(device),
        was_on_(at::autocast::is_autocast_enabled(device)),
        was_cached_(at::autocast::is_autocast_cache_enabled()),
        was_type_(at::autocast::get_autocast_dtype(device)) {
    at::autocast::set_autocast_enabled(device, on);
    if (on) at::autocast::set_autocast_dtype(device, torch::kBFloat16);
    // A copy of a weight that is kept for all steps of a clip would add their gradients up in
    // bfloat16.
    at::autocast::set_autocast_cache_enabled(false);
  }
  ~AutocastScope() {
    at::autocast::set_autocast_enabled(device_, was_on_);
    at::autocast::set_autocast_cache_enabled(was_cached_);
    at::autocast::set_autocast_dtype(device_, was_type_);
  }
  AutocastScope(const AutocastScope&) = delete;
  AutocastScope& operator=(const AutocastScope&) = delete;

  static bool is_on(torch::DeviceType device) { return at::autocast::is_autocast_enabled(device); }

 private:
  torch::DeviceType device_;
  bool was_on_;
  bool was_cached_;
  torch::ScalarType was_type_;
};

}  // namespace stip
