#pragma once

#include <torch/torch.h>

#include <string>
#include <vector>

#include "io/safetensors.h"

namespace stip {

/// One tensor of a file, on the CPU, in the file's own type. Throws kCorrupt for a type that torch
/// does not have.
torch::Tensor read_tensor(SafetensorsReader& file, const std::string& name);

/// Named tensors, ready to be written. Keeps contiguous CPU copies alive for the write.
class TensorBundle {
 public:
  void add(const std::string& name, const torch::Tensor& tensor);
  void write(const std::string& path, const std::map<std::string, std::string>& metadata) const;

 private:
  std::vector<torch::Tensor> tensors_;
  std::vector<TensorToWrite> entries_;
};

}  // namespace stip
