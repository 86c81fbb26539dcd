#pragma once

#include <stdexcept>

namespace watcher {

/// What a user is told, in one sentence.
struct Failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace watcher
