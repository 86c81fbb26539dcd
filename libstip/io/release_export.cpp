#include "io/release_export.h"

#include <caffe2/serialize/inline_container.h>

#include "base/atomic_file.h"
#include "base/torch_guard.h"
#include "io/model_weights.h"
#include "io/release_names.h"
#include "model/parameter_table.h"

namespace stip {
namespace {

// Pickle, protocol 2, as far as a dictionary of tensors needs it; nothing is memoised.
class Pickle {
 public:
  Pickle() { bytes_ = "\x80\x02"; }

  void op(const char* opcodes) { bytes_ += opcodes; }
  void text(const std::string& value) {
    bytes_ += 'X';
    little_endian(value.size(), 4);
    bytes_ += value;
  }
  void number(std::int64_t value) {
    bytes_ += "\x8a\x08";  // LONG1 of 8 bytes
    little_endian(static_cast<std::uint64_t>(value), 8);
  }
  void numbers(const std::vector<std::int64_t>& values) {
    op("(");
    for (const std::int64_t value : values) number(value);
    op("t");
  }
  void global(const std::string& module, const std::string& name) {
    bytes_ += "c" + module + "\n" + name + "\n";
  }
  void ordered_dict() {
    global("collections", "OrderedDict");
    op(")R");
  }
  /// torch._utils._rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks)
  void tensor(const std::string& key, const torch::Tensor& tensor) {
    global("torch._utils", "_rebuild_tensor_v2");
    op("((");
    text("storage");
    global("torch", "FloatStorage");
    text(key);
    text("cpu");
    number(tensor.numel());
    op("tQ");
    number(0);
    numbers(tensor.sizes().vec());
    numbers(tensor.strides().vec());
    op("\x89");
    ordered_dict();
    op("tR");
  }
  const std::string& bytes() const { return bytes_; }

 private:
  void little_endian(std::uint64_t value, int size) {
    for (int i = 0; i < size; ++i) bytes_ += static_cast<char>(value >> (8 * i));
  }

  std::string bytes_;
};

std::vector<std::pair<std::string, torch::Tensor>> tensors_of(LoadedModel& model) {
  std::vector<std::pair<std::string, torch::Tensor>> tensors;
  for (const auto& parameter : model.generator->named_parameters()) {
    tensors.emplace_back(release_generator_name(parameter.key()),
                         parameter.value().detach().contiguous());
  }
  for (const ParameterEntry& unused : unused_parameter_table(model.header.config)) {
    tensors.emplace_back(unused.name, torch::zeros(unused.shape));
  }
  return tensors;
}

void write_archive(const std::vector<std::pair<std::string, torch::Tensor>>& tensors,
                   const std::string& path) {
  Pickle pickle;
  pickle.op("}");
  pickle.text("net_param");
  pickle.ordered_dict();
  pickle.op("(");
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    pickle.text(tensors[i].first);
    pickle.tensor(std::to_string(i), tensors[i].second);
  }
  pickle.op("us.");
  // In memory first: torch's writer ends the program when what it writes to fails.
  std::string bytes;
  {
    caffe2::serialize::PyTorchStreamWriter archive([&](const void* data, std::size_t size) {
      bytes.append(static_cast<const char*>(data), size);
      return size;
    });
    archive.writeRecord("data.pkl", pickle.bytes().data(), pickle.bytes().size());
    archive.writeRecord("byteorder", "little", 6);
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      const torch::Tensor& tensor = tensors[i].second;
      archive.writeRecord("data/" + std::to_string(i), tensor.data_ptr(), tensor.nbytes());
    }
    archive.writeEndOfFile();
  }
  write_file_atomically(path, bytes);
}

}  // namespace

void export_release_generator(const std::string& model_file, const std::string& checkpoint) {
  guard_torch("exporting", [&] {
    LoadedModel model = load_model_file(model_file);
    write_archive(tensors_of(model), checkpoint);
  });
}

}  // namespace stip
