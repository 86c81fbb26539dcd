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
/// One C symbol of this type. Grey pictures without padding, both sides at least kSmallestFlowSide;
/// `uv` takes [height, width, 2]. Returns 0, or else writes a reason. Any thread.
using FlowModuleCompute = int (*)(const std::uint8_t* from, const std::uint8_t* to, int width,
                                  int height, int preset, float* uv, char* reason, int reason_size);
constexpr const char* kFlowModuleSymbol = "stip_flow_compute";

/// Opens the module (once a process). Throws kMissingModule, naming what is missing.
FlowModuleCompute open_flow_module();

}  // namespace stip
