#include "io/release_checkpoint.h"

#include <caffe2/serialize/inline_container.h>
#include <sys/stat.h>

#include <cstring>
#include <fstream>
#include <set>

#include "base/torch_guard.h"
#include "io/pickle_reader.h"
#include "io/release_names.h"
#include "model/parameter_table.h"

namespace stip {
namespace {

void check_readable(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) {
    throw Error(errno == ENOENT || errno == ENOTDIR ? ErrorCode::kNotFound : ErrorCode::kUnreadable,
                "the checkpoint " + path + " cannot be opened: " + std::strerror(errno));
  }
  std::ifstream file(path, std::ios::binary);
  if (!S_ISREG(info.st_mode) || !file) {
    throw Error(ErrorCode::kUnreadable, "the checkpoint " + path + " cannot be read");
  }
  char start[2] = {};
  file.read(start, 2);
  if (info.st_size > 0 && (start[0] != 'P' || start[1] != 'K')) {
    throw Error(
        ErrorCode::kWrongKind,
        "the file " + path + " is no torch.save archive; give a checkpoint of the STIP release");
  }
}

// The values the tensor spans in its storage, or an error if that is outside the record.
torch::Tensor rebuild(const std::string& name, const PickledTensor& tensor, const at::DataPtr& data,
                      size_t bytes) {
  const int64_t stored = static_cast<int64_t>(bytes / sizeof(float));
  int64_t last = tensor.offset;
  bool sound =
      tensor.offset >= 0 && tensor.shape.size() == tensor.stride.size() && tensor.shape.size() <= 8;
  for (size_t i = 0; sound && i < tensor.shape.size(); ++i) {
    int64_t reach = 0;
    sound = tensor.shape[i] > 0 && tensor.stride[i] >= 0 &&
            !__builtin_mul_overflow(tensor.shape[i] - 1, tensor.stride[i], &reach) &&
            !__builtin_add_overflow(last, reach, &last);
  }
  int64_t count = 1;  // a stride of 0 repeats values: bound what would be allocated
  for (const int64_t size : tensor.shape)
    sound = sound && !__builtin_mul_overflow(count, size, &count);
  if (!sound || last >= stored || count > stored) {
    throw Error(ErrorCode::kCorrupt, "tensor " + name + " lies outside its storage");
  }
  auto* values = static_cast<float*>(data.get()) + tensor.offset;
  return torch::from_blob(values, tensor.shape, tensor.stride, torch::kFloat32)
      .contiguous()
      .clone();
}

using Tensors = std::map<std::string, torch::Tensor>;

[[noreturn]] void does_not_fit(const std::string& what) {
  throw Error(ErrorCode::kWrongKind, "the checkpoint does not fit the configuration: " + what +
                                         "; give the configuration it was trained with");
}

void take(const Tensors& tensors, const std::string& name, torch::Tensor& parameter) {
  const auto found = tensors.find(name);
  if (found == tensors.end()) does_not_fit("tensor " + name + " is missing");
  if (found->second.sizes() != parameter.sizes()) {
    std::ostringstream text;
    text << "tensor " << name << " is " << found->second.sizes() << ", expected "
         << parameter.sizes();
    does_not_fit(text.str());
  }
  parameter.copy_(found->second);
}

// Every parameter filled, every tensor used or known to be unused.
template <typename Module>
void fill(Module& module, const Tensors& tensors, std::string (*name_of)(const std::string&),
          std::set<std::string> unused) {
  const torch::NoGradGuard no_grad;
  for (auto& parameter : module->named_parameters()) {
    const std::string name = name_of(parameter.key());
    take(tensors, name, parameter.value());
    unused.insert(name);
  }
  for (const auto& [name, tensor] : tensors) {
    if (unused.count(name) == 0) does_not_fit("tensor " + name + " is not part of that network");
  }
}

}  // namespace

Tensors read_release_checkpoint(const std::string& path) {
  check_readable(path);
  try {
    caffe2::serialize::PyTorchStreamReader archive(path);
    const auto [pickle, pickle_size] = archive.getRecord("data.pkl");
    Tensors tensors;
    std::set<std::string> storages;
    for (const auto& [name, tensor] :
         read_checkpoint_pickle(std::string(static_cast<const char*>(pickle.get()), pickle_size))) {
      // Each of a network's tensors has a storage of its own; one shared by many would let a small
      // file ask for any amount of memory.
      if (!storages.insert(tensor.storage).second) {
        throw Error(ErrorCode::kWrongKind,
                    "tensor " + name + " shares its values with another one");
      }
      const auto [data, bytes] = archive.getRecord("data/" + tensor.storage);
      tensors[name] = rebuild(name, tensor, data, bytes);
    }
    return tensors;
  } catch (const Error& error) {
    throw Error(error.code(), path + ": " + error.what(), error.detail());
  } catch (const c10::Error& error) {
    throw Error(
        ErrorCode::kCorrupt,
        "the checkpoint " + path + " is no sound torch.save archive; copy or download it again",
        first_line(error.what_without_backtrace()));
  }
}

Generator generator_from_release(const Tensors& tensors, const ModelConfig& config) {
  Generator generator(config);
  std::set<std::string> unused;
  for (const ParameterEntry& entry : unused_parameter_table(config)) unused.insert(entry.name);
  fill(generator, tensors, &release_generator_name, std::move(unused));
  generator->eval();
  return generator;
}

Discriminator discriminator_from_release(const Tensors& tensors, const ModelConfig& model,
                                         const DiscriminatorConfig& config) {
  Discriminator discriminator(config, model.frame_channels(), model.grid_height(),
                              model.grid_width());
  fill(discriminator, tensors, &release_discriminator_name, {});
  return discriminator;
}

}  // namespace stip
