#pragma once

#include <gst/gst.h>

#include "gst_stip_predict.h"

namespace stip::gst {

/// The pad that gives the video out, from a task of its own; floating.
GstPad* new_src_pad(GstStaticPadTemplate* pad_template);

/// FLUSH_START has gone downstream: wakes whoever waits for the queue and the task to pause.
void pause_output(GstStipPredict* self);
/// FLUSH_STOP has gone downstream: what was under way is dropped, the task runs again.
void resume_output(GstStipPredict* self);

}  // namespace stip::gst
