#pragma once

#include <string>

namespace stip::training {

/// Throws unless `path` is a regular file with something in it that we may read: kNotFound,
/// kUnreadable, kCorrupt (empty), kWrongKind (a device, a pipe).
void check_readable_file(const std::string& path);

}  // namespace stip::training
