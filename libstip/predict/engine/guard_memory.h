#pragma once

#include <new>
#include <string>

#include "stip/error.h"

namespace stip::engine {

/// Does `work`; memory that is not to be had becomes kOutOfMemory, "out of memory while <doing>".
template <typename Work>
auto guard_memory(const char* doing, Work&& work) -> decltype(work()) {
  try {
    return work();
  } catch (const std::bad_alloc& error) {
    throw Error(ErrorCode::kOutOfMemory, std::string("out of memory while ") + doing, error.what());
  }
}

}  // namespace stip::engine
