#pragma once

#include <gst/gst.h>

#include <exception>
#include <new>
#include <utility>

#include "error_map.h"
#include "stip/error.h"

namespace stip::gst {

/// Posts the failure on the bus: what the user can do first, technical detail second. Never called
/// with a lock of ours held.
void post_error(GstElement* element, Phase phase, const Error& error) noexcept;

/// Runs `body` on the border to C: whatever it throws becomes an element error and `fallback`.
/// Locks that the body took have been released by then.
template <typename Result, typename Body>
Result guarded(GstElement* element, Phase phase, Result fallback, Body&& body) noexcept {
  try {
    return std::forward<Body>(body)();
  } catch (const Error& error) {
    post_error(element, phase, error);
  } catch (const std::bad_alloc&) {
    post_error(element, phase,
               Error(ErrorCode::kOutOfMemory,
                     "There is not enough memory for this video; use a "
                     "smaller picture or a smaller model."));
  } catch (const std::exception& error) {
    post_error(element, phase,
               Error(ErrorCode::kFailed, "Prediction failed unexpectedly.", error.what()));
  } catch (...) {
    post_error(element, phase, Error(ErrorCode::kFailed, "Prediction failed unexpectedly."));
  }
  return fallback;
}

}  // namespace stip::gst
