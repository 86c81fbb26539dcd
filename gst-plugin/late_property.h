#pragma once

#include "gst_stip_predict.h"

namespace stip::gst {

/// Some properties are looked at by a state change only: tells the user, once a run for each, where
/// one was changed too late for this run. Without a word it would seem to do nothing.
void tell_if_late(GstStipPredict* self, guint id, const GParamSpec* pspec);

}  // namespace stip::gst
