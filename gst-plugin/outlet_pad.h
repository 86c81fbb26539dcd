#pragma once

#include <gst/gst.h>

#include <memory>

#include "outlet.h"

namespace stip::gst {

/// Makes `pad` (floating, not yet added) the pad of this outlet: it gives out what enters the
/// outlet's queue, from a task of its own, and answers for it.
void attach_outlet(GstPad* pad, const std::shared_ptr<Outlet>& outlet);
const std::shared_ptr<Outlet>& outlet_of(GstPad* pad);

/// FLUSH_START has gone downstream: waits for the task to pause.
void pause_output(GstPad* pad);
/// FLUSH_STOP has gone downstream: what was under way is dropped, the task runs again.
void resume_output(GstPad* pad);

}  // namespace stip::gst
