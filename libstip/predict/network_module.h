#pragma once

#include <memory>

#include "stip/predictor.h"

namespace stip {

/// What libstip-cuda.so and libstip-torch.so offer to libstip.so, which opens one of them with
/// dlopen when a network is to run on a GPU. One C symbol of type NetworkModuleLoad is all that is
/// looked up in each.
///
/// The caller owns the pointer returned. On failure it is null and the error is stored: nothing is
/// thrown through C.
using NetworkModuleLoad = std::shared_ptr<const Model>* (*)(const ModelRequest& request,
                                                            std::unique_ptr<Error>* error);

/// Opens the module (once a process) and loads the model file at request.model with it: the GPU's
/// own engine where it is built, else LibTorch, which computes in fp32 only. Throws kMissingModule,
/// naming the files and the loader's reasons, when neither can be opened, and what the module says.
std::shared_ptr<const Model> load_network(const ModelRequest& request);

}  // namespace stip
