#pragma once

#include "motion/flow_field.h"
#include "motion/flow_module.h"
#include "stip/frame.h"

namespace stip {

/// Dense optical flow on grey pictures: where each pixel of `from` is found in `to` (one size, any
/// from 1x1). Equal pictures give exactly zero. Small ones are enlarged by replication first.
/// Throws kMissingModule, kFailed.
FlowField optical_flow(const FrameView& from, const FrameView& to, FlowPreset preset);

}  // namespace stip
