#pragma once

#include <spdlog/spdlog.h>

#include "stip/error.h"

namespace stip::training {

/// Runs `work`, which writes `what`: a full disk is reported, and training goes on from memory.
template <typename Work>
void attempt_to_write(const char* what, Work&& work) {
  try {
    work();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kWriteFailed) throw;
    spdlog::warn("{} was not saved: {}", what, error.what());
  }
}

}  // namespace stip::training
