#pragma once

#include <glib-object.h>

namespace stip::gst {

/// All properties of the element and its action signal `reset`.
void install_properties(GObjectClass* klass);

}  // namespace stip::gst
