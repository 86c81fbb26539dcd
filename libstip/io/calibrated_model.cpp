#include "io/calibrated_model.h"

#include "io/model_file.h"

namespace stip {

std::string calibration_of(const std::string& model_file) {
  return read_model_header(SafetensorsReader(model_file)).calibration;
}

void write_calibrated_model(const std::string& model_file, const std::string& target,
                            const std::string& calibration) {
  SafetensorsReader file(model_file);
  file.check_data();
  auto metadata = file.metadata();
  metadata["stip.calibration"] = calibration;
  std::vector<std::vector<char>> contents;
  std::vector<TensorToWrite> tensors;
  for (const auto& [name, entry] : file.tensors()) {
    contents.emplace_back(entry.end - entry.begin);
    file.read(name, contents.back().data());
    tensors.push_back({name, entry.dtype, entry.shape, contents.back().data()});
  }
  write_safetensors(target, tensors, metadata);
}

}  // namespace stip
