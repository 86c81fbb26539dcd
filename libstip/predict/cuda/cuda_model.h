#pragma once

#include <memory>

#include "stip/predictor.h"

namespace stip::cuda {

/// A model file's network on a GPU, without LibTorch: weights on one device, shared by its
/// predictors, each of which has a stream of its own. One copy in the process while somebody holds
/// it. Throws what choose_device(), choose_precision() and the model file's reader throw,
/// kOutOfMemory, and kNoDevice for networks of output: motion.
std::shared_ptr<const Model> load_shared_cuda_model(const ModelRequest& request);

}  // namespace stip::cuda
