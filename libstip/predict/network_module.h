#pragma once

#include <memory>

#include "stip/predictor.h"

namespace stip {

/// What libstip-torch.so offers to libstip.so, which opens it with dlopen when a model needs a
/// network. One C symbol, kNetworkModuleSymbol, of type NetworkModuleLoad, is all that is looked
/// up.
///
/// The caller owns the pointer returned. On failure it is null and the error is stored: nothing is
/// thrown through C.
using NetworkModuleLoad = std::shared_ptr<const Model>* (*)(const ModelRequest& request,
                                                            std::unique_ptr<Error>* error);
constexpr const char* kNetworkModuleSymbol = "stip_torch_load_model";

/// Opens the module (once a process) and loads the model file at request.model with it. Throws
/// kMissingModule, naming the file and the loader's reason, when the module cannot be opened.
std::shared_ptr<const Model> load_network(const ModelRequest& request);

}  // namespace stip
