#pragma once

#include <torch/torch.h>

#include <new>
#include <string>

#include "stip/error.h"

namespace stip {

/// Sets the CPU threads of the calling thread's work; 0: as many as torch found at its start. The
/// setting belongs to the calling thread, but threads begun later inherit it: so always set it.
inline void use_threads(int threads) {
  static const int all = at::get_num_threads();
  thread_local int in_use = -1;
  const int wanted = threads > 0 ? threads : all;
  if (wanted == in_use) return;
  at::set_num_threads(wanted);
  in_use = wanted;
}

/// The first line of what torch says: the rest is a stack trace.
inline std::string first_line(const char* text) {
  const std::string whole = text;
  return whole.substr(0, whole.find('\n'));
}

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
    const std::string text = first_line(error.what_without_backtrace());
    // The CPU's allocator has no error type of its own.
    const bool memory = dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr ||
                        text.find("can't allocate memory") != std::string::npos;
    throw Error(memory ? ErrorCode::kOutOfMemory : ErrorCode::kFailed,
                std::string(memory ? "out of memory while " : "LibTorch failed while ") + doing,
                text);
  } catch (const std::exception& error) {
    throw Error(ErrorCode::kFailed, std::string("an unexpected failure while ") + doing,
                error.what());
  }
}

}  // namespace stip
