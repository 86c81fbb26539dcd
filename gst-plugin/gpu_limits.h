#pragma once

#include <string>

#include "settings.h"

namespace stip::gst {

/// Whether something is set that is drawn or compared on the CPU: pictures are then wanted in the
/// host's memory.
bool needs_host_memory(const FrameSettings& settings) noexcept;

/// Why video in a GPU's memory cannot be taken, and what to do, in a sentence for the user: because
/// of what is set, or because the model does not run on a GPU (`device` -1), or because GStreamer
/// cannot use the one that it runs on.
std::string gpu_memory_problem(const FrameSettings& settings, int device = -1);

}  // namespace stip::gst
