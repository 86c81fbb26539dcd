#pragma once

#include <torch/torch.h>

#include <new>
#include <string>

#include "stip/error.h"

namespace stip {

/// Runs `work` and turns whatever torch throws into an Error: kOutOfMemory or kFailed with `doing`
/// ("running the network") in its sentence and torch's first line as detail.
template <typename Work>
auto guard_torch(const char* doing, Work&& work) -> decltype(work()) {
  try {
    return work();
  } catch (const Error&) {
    throw;
  } catch (const std::bad_alloc& error) {
    throw Error(ErrorCode::kOutOfMemory, std::string("out of memory while ") + doing, error.what());
  } catch (const c10::Error& error) {
    const std::string text = error.what_without_backtrace();
    // The CPU's allocator has no error type of its own.
    const bool memory = dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr ||
                        text.find("can't allocate memory") != std::string::npos;
    throw Error(memory ? ErrorCode::kOutOfMemory : ErrorCode::kFailed,
                std::string(memory ? "out of memory while " : "LibTorch failed while ") + doing, text);
  } catch (const std::exception& error) {
    throw Error(ErrorCode::kFailed, std::string("an unexpected failure while ") + doing, error.what());
  }
}

}  // namespace stip
