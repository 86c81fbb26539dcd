#pragma once

#include <cstdint>

namespace stip {

/// OpenCV's presets of DIS optical flow: kFast for live video, kMedium where quality counts.
enum class FlowPreset { kFast = 1, kMedium = 2 };

/// The smallest side, in pixels, that the module's flow is asked for: on smaller pictures DIS is
/// refused, or reads outside them.
constexpr int kSmallestFlowSide = 64;

/// What libstip-flow.so offers to libstip.so, which opens it with dlopen when a model needs optical
/// flow: the plugin, and with it every GStreamer application, is not to load OpenCV for nothing.
/// One C symbol of this type. A flow keeps the memory that it works with; it is used by one thread
/// at a time.
struct FlowModule {
  /// Null: no memory.
  void* (*open)(int preset);
  /// Grey pictures without padding, both sides at least kSmallestFlowSide; `uv` takes
  /// [height, width, 2]. Returns 0, or else writes a reason. Nothing is remembered of other
  /// pictures.
  int (*compute)(void* flow, const std::uint8_t* from, const std::uint8_t* to, int width,
                 int height, float* uv, char* reason, int reason_size);
  void (*close)(void* flow);
};
constexpr const char* kFlowModuleSymbol = "stip_flow_module";

/// Opens the module (once a process). Throws kMissingModule, naming what is missing.
const FlowModule& open_flow_module();

}  // namespace stip
