#pragma once

#include <gst/gst.h>

namespace stip::gst {

/// The request pads `original` and `pred_%u`, and GstChildProxy, through which gst-launch sets
/// properties of the latter.
void install_request_pads(GstElementClass* klass);
void child_proxy_init(gpointer interface, gpointer data);

}  // namespace stip::gst
