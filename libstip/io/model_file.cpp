#include "io/model_file.h"

#include <algorithm>

#include "io/model_config_text.h"
#include "model/parameter_table.h"
#include "stip/error.h"

namespace stip {
namespace {

constexpr int kFormat = 1;

std::string metadata(const SafetensorsReader& file, const std::string& key) {
  const auto found = file.metadata().find(key);
  return found == file.metadata().end() ? std::string() : found->second;
}

void check_format(const SafetensorsReader& file) {
  const std::string text = metadata(file, "stip.format");
  if (text.empty()) return;  // format 1 need not say so
  const bool digits = text.size() < 9 && text.find_first_not_of("0123456789") == std::string::npos;
  if (!digits || std::stoi(text) > kFormat) {
    throw Error(ErrorCode::kNewerVersion, "the model file " + file.path() + " has format " + text +
                                              "; this version reads up to " +
                                              std::to_string(kFormat) + ": use a newer version");
  }
}

std::string shape_text(const std::vector<std::int64_t>& shape) {
  std::string text = "[";
  for (const std::int64_t size : shape) text += (text.size() > 1 ? "," : "") + std::to_string(size);
  return text + "]";
}

[[noreturn]] void wrong_network(const SafetensorsReader& file, const std::string& what) {
  throw Error(ErrorCode::kWrongKind,
              "the weights in " + file.path() + " do not fit the configuration in it: " + what);
}

void check_tensors(const SafetensorsReader& file, const ModelConfig& config) {
  const auto table = parameter_table(config);
  for (const ParameterEntry& parameter : table) {
    const std::string name = kGeneratorPrefix + parameter.name;
    const auto found = file.tensors().find(name);
    if (found == file.tensors().end()) wrong_network(file, "tensor " + name + " is missing");
    const TensorEntry& entry = found->second;
    if (entry.shape != parameter.shape) {
      wrong_network(file, "tensor " + name + " is " + shape_text(entry.shape) + ", expected " +
                              shape_text(parameter.shape));
    }
    if (entry.dtype != "F32" && entry.dtype != "F16" && entry.dtype != "BF16") {
      wrong_network(file,
                    "tensor " + name + " has type " + entry.dtype + "; F32, F16 and BF16 are read");
    }
  }
  const auto ours =
      std::count_if(file.tensors().begin(), file.tensors().end(),
                    [](const auto& item) { return item.first.rfind(kGeneratorPrefix, 0) == 0; });
  if (static_cast<std::size_t>(ours) != table.size()) {
    wrong_network(file, "it has " + std::to_string(ours) + " generator tensors, expected " +
                            std::to_string(table.size()));
  }
}

}  // namespace

ModelFileHeader read_model_header(const SafetensorsReader& file) {
  check_format(file);
  const std::string text = metadata(file, "stip.model");
  if (text.empty()) {
    throw Error(ErrorCode::kWrongKind,
                "the file " + file.path() +
                    " is a safetensors file, but not a STIP model (it has no "
                    "stip.model in its metadata); give one made by stip-train");
  }
  constexpr std::size_t kLongestConfiguration = 64 << 10;
  if (text.size() > kLongestConfiguration) {
    throw Error(ErrorCode::kWrongKind,
                "the model file " + file.path() + " has a configuration of " +
                    std::to_string(text.size()) + " bytes; it is none of ours");
  }
  ModelFileHeader header;
  try {
    header.config = parse_model_config(text);
  } catch (const Error& error) {
    throw Error(ErrorCode::kWrongKind,
                "the model file " + file.path() +
                    " is for a network this version cannot run: " + error.what(),
                error.detail());
  }
  header.training = metadata(file, "stip.training");
  header.calibration = metadata(file, "stip.calibration");
  check_tensors(file, header.config);
  return header;
}

std::map<std::string, std::string> model_metadata(const ModelFileHeader& header) {
  std::map<std::string, std::string> result = {{"stip.format", std::to_string(kFormat)},
                                               {"stip.model", write_model_config(header.config)}};
  if (!header.training.empty()) result["stip.training"] = header.training;
  if (!header.calibration.empty()) result["stip.calibration"] = header.calibration;
  return result;
}

}  // namespace stip
