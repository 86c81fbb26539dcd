#pragma once

#include <torch/torch.h>

#include <map>
#include <string>

#include "model/discriminator.h"
#include "model/generator.h"

namespace stip {

/// Reads a checkpoint of the STIP release (torch.save of {'net_param': ...}) without executing
/// anything in it. Tensors are fp32 on the CPU. Throws kNotFound, kUnreadable, kCorrupt (no sound
/// archive), kWrongKind (an archive of something else).
std::map<std::string, torch::Tensor> read_release_checkpoint(const std::string& path);

/// Builds networks from such tensors. Throws kWrongKind naming the first tensor that is missing, of
/// another shape than the configuration's, or left over.
Generator generator_from_release(const std::map<std::string, torch::Tensor>& tensors,
                                 const ModelConfig& config);
Discriminator discriminator_from_release(const std::map<std::string, torch::Tensor>& tensors,
                                         const ModelConfig& model,
                                         const DiscriminatorConfig& config);

}  // namespace stip
