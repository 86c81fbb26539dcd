#pragma once

#include <string>

namespace stip {

/// The file that a model's name stands for (see ModelRequest::model); a path stands for itself.
/// Throws kNotFound for a name that no folder has.
std::string resolve_model_path(const std::string& model);

}  // namespace stip
