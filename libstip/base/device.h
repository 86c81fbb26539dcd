#pragma once

#include <string>

namespace stip {

/// A device as a user names it: auto, cpu, cuda, cuda:N (N from 0).
struct DeviceName {
  enum class Kind { kAuto, kCpu, kCuda };
  Kind kind = Kind::kAuto;
  int index = 0;  ///< of the CUDA device
};

/// Throws kInvalidArgument naming what is accepted.
DeviceName parse_device(const std::string& text);

}  // namespace stip
