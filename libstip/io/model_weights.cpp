#include "io/model_weights.h"

#include "io/release_names.h"

namespace stip {

void read_generator(SafetensorsReader& file, Generator& generator) {
  const torch::NoGradGuard no_grad;
  for (auto& parameter : generator->named_parameters()) {
    const std::string name = kGeneratorPrefix + release_generator_name(parameter.key());
    parameter.value().copy_(read_tensor(file, name));
  }
}

engine::NamedWeights named_weights(Generator& generator) {
  std::map<std::string, torch::Tensor> parameters;
  for (const auto& parameter : generator->named_parameters()) {
    parameters[release_generator_name(parameter.key())] = parameter.value();
  }
  return [parameters](const std::string& name) {
    const auto values = parameters.at(name).detach().to(torch::kCPU, torch::kFloat32).contiguous();
    const float* data = values.data_ptr<float>();
    return std::vector<float>(data, data + values.numel());
  };
}

void add_generator(TensorBundle& bundle, Generator& generator) {
  for (const auto& parameter : generator->named_parameters()) {
    bundle.add(kGeneratorPrefix + release_generator_name(parameter.key()), parameter.value());
  }
}

LoadedModel load_model_file(const std::string& path) {
  SafetensorsReader file(path);
  LoadedModel loaded;
  loaded.header = read_model_header(file);
  file.check_data();
  loaded.generator = Generator(loaded.header.config);
  read_generator(file, loaded.generator);
  loaded.generator->eval();
  for (auto& parameter : loaded.generator->parameters()) parameter.set_requires_grad(false);
  return loaded;
}

void save_model_file(const std::string& path, Generator& generator, const ModelFileHeader& header) {
  TensorBundle bundle;
  add_generator(bundle, generator);
  bundle.write(path, model_metadata(header));
}

}  // namespace stip
