#pragma once

#include <functional>
#include <memory>
#include <string>

#include "stip/predictor.h"

namespace stip {

/// One copy of a model file's weights in the process for each (file's identity and time, device,
/// threads, precision, kind of engine): the one somebody still holds, else what `make` returns. Any
/// thread; `make` runs under the store's lock, and what it throws is passed on.
std::shared_ptr<const Model> shared_model(
    const ModelRequest& request, const std::string& engine,
    const std::function<std::shared_ptr<const Model>()>& make);

}  // namespace stip
