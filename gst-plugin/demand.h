#pragma once

#include "outlet.h"

namespace stip::gst {

/// Whether the network has to run at all: a linked pad that shows what it makes, or something that
/// watches how good that is.
bool needs_predictions(const Outlet& main, const Outlets& results, const FrameSettings& settings);

}  // namespace stip::gst
