#pragma once

#include <gst/gst.h>

#include <string>

#include "stip/error.h"

namespace stip::gst {

/// Whether the failure belongs to the preparation (what the user set is at fault) or to the running
/// stream (the network is, unless memory ran out).
enum class Phase { kPreparing, kRunning };

struct ElementError {
  GQuark domain;
  int code;
};

/// The domain and code that the element's contract names for a failure of the library.
ElementError element_error(ErrorCode code, Phase phase);

/// What went wrong and what it means here, in one sentence: "…; the model before stays in use."
std::string with_consequence(const char* problem, const char* consequence);

}  // namespace stip::gst
