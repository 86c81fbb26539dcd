#pragma once

#include <spdlog/spdlog.h>

#include "stip/error.h"

namespace stip::training {

/// Runs `work`, which writes `what`: a full disk is reported, and training goes on from memory.
/// False if it was not written.
template <typename Work>
bool attempt_to_write(const char* what, Work&& work) {
  try {
    work();
    return true;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kWriteFailed) throw;
    spdlog::warn("{} was not saved: {}; make room for the next one", what, error.what());
    return false;
  }
}

}  // namespace stip::training
