#pragma once

#include <string>

namespace stip {

/// A name that load_model() takes and that stands for no file: copy-last, flow, blend.
bool is_built_in_model(const std::string& model);

/// The file that a model's name stands for (see ModelRequest::model); a path stands for itself.
/// Throws kNotFound for a name that no folder has, kInvalidArgument for a built-in's.
std::string resolve_model_path(const std::string& model);

}  // namespace stip
