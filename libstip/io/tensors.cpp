#include "io/tensors.h"

#include "stip/error.h"

namespace stip {
namespace {

const std::vector<std::pair<std::string, torch::ScalarType>>& types() {
  static const std::vector<std::pair<std::string, torch::ScalarType>> table = {
      {"F32", torch::kFloat32},   {"F64", torch::kFloat64}, {"F16", torch::kFloat16},
      {"BF16", torch::kBFloat16}, {"U8", torch::kUInt8},    {"I8", torch::kInt8},
      {"I16", torch::kInt16},     {"I32", torch::kInt32},   {"I64", torch::kInt64},
      {"BOOL", torch::kBool}};
  return table;
}

}  // namespace

torch::Tensor read_tensor(SafetensorsReader& file, const std::string& name) {
  const TensorEntry& entry = file.tensors().at(name);
  for (const auto& [text, type] : types()) {
    if (text != entry.dtype) continue;
    const auto tensor = torch::empty(entry.shape, type);
    file.read(name, tensor.data_ptr());
    return tensor;
  }
  throw Error(ErrorCode::kCorrupt, "tensor " + name + " in " + file.path() + " has the type " +
                                       entry.dtype + ", which cannot be read");
}

void TensorBundle::add(const std::string& name, const torch::Tensor& tensor) {
  tensors_.push_back(tensor.detach().to(torch::kCPU).contiguous());
  for (const auto& [text, type] : types()) {
    if (type != tensors_.back().scalar_type()) continue;
    entries_.push_back({name, text, tensors_.back().sizes().vec(), tensors_.back().data_ptr()});
    return;
  }
  throw Error(ErrorCode::kInvalidArgument, "tensor " + name + " has a type that cannot be written");
}

void TensorBundle::write(const std::string& path,
                         const std::map<std::string, std::string>& metadata) const {
  write_safetensors(path, entries_, metadata);
}

}  // namespace stip
