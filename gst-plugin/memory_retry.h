#pragma once

#include <new>
#include <utility>

#include "inference.h"
#include "stip/error.h"

namespace stip::gst {

/// Runs the body, and where memory runs out gives up what can be made again, lets the network take
/// less, and runs the body once more. What is thrown then says what to do.
template <typename Body>
auto Inference::with_a_retry(Body&& body) -> decltype(body()) {
  const auto once = [&]() -> decltype(body()) {
    try {
      return body();
    } catch (const std::bad_alloc& error) {
      throw Error(ErrorCode::kOutOfMemory, "There is no memory for a prediction.", error.what());
    }
  };
  std::optional<Error> first;
  try {
    return once();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kOutOfMemory) throw;
    first = error;
  }
  const std::string& detail = first->detail();
  const Error last(ErrorCode::kOutOfMemory,
                   "There is not enough memory for this video, at half its size neither; use a "
                   "smaller picture or a smaller model.",
                   std::string(first->what()) + (detail.empty() ? "" : " ") + detail);
  if (halved_) throw last;
  try {
    save_memory(*first);
    return once();
  } catch (const std::bad_alloc&) {
    throw last;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kOutOfMemory) throw;
    throw last;
  }
}

}  // namespace stip::gst
