// Trainer's checkpoints: what they hold and how it is named.
#include "io/model_config_text.h"
#include "io/model_weights.h"
#include "io/release_names.h"
#include "train/trainer_parts.h"

namespace stip {
namespace {

constexpr const char* kDiscriminatorPrefix = "discriminator.";
constexpr const char* kAveragePrefix = "average.";
constexpr const char* kIterationKey = "stip.iteration";
constexpr const char* kFactPrefix = "stip.fact.";

using NameOf = std::string (*)(const std::string&);

// Calls visit(name in the file, tensor) for each weight.
template <typename Module, typename Visit>
void visit_weights(const Module& module, const std::string& prefix, NameOf name_of, Visit&& visit) {
  for (const auto& parameter : module->named_parameters()) {
    visit(prefix + name_of(parameter.key()), parameter.value());
  }
}

template <typename Module>
void add_optimizer(TensorBundle& bundle, FusedAdam& optimizer, const Module& module,
                   const std::string& prefix, NameOf name_of) {
  visit_weights(module, prefix, name_of,
                [&](const std::string& name, const torch::Tensor& parameter) {
                  if (!optimizer.has_state_of(parameter)) return;  // not stepped yet
                  auto& state = optimizer.state_of(parameter);
                  bundle.add("adam.mean." + name, state.exp_avg());
                  bundle.add("adam.square." + name, state.exp_avg_sq());
                  bundle.add("adam.step." + name, torch::full({1}, state.step(), torch::kInt64));
                });
}

// Copies a tensor of the file into one of ours.
void restore(SafetensorsReader& file, const std::string& name, torch::Tensor target) {
  const auto found = file.tensors().find(name);
  if (found == file.tensors().end() || found->second.shape != target.sizes().vec()) {
    throw Error(ErrorCode::kWrongKind, "the checkpoint " + file.path() +
                                           " is another network's: tensor " + name +
                                           " is missing or of another shape");
  }
  target.copy_(read_tensor(file, name));
}

template <typename Module>
void restore_all(SafetensorsReader& file, Module& module, FusedAdam* optimizer,
                 const std::string& prefix, NameOf name_of) {
  visit_weights(module, prefix, name_of,
                [&](const std::string& name, const torch::Tensor& parameter) {
                  restore(file, name, parameter);
                  if (optimizer == nullptr || file.tensors().count("adam.step." + name) == 0)
                    return;
                  auto& state = optimizer->state_of(parameter);
                  restore(file, "adam.mean." + name, state.exp_avg());
                  restore(file, "adam.square." + name, state.exp_avg_sq());
                  state.step(read_tensor(file, "adam.step." + name).template item<int64_t>());
                });
}

// Weights that are no numbers must never take the place of good ones.
void check_weights(Generator& generator) {
  for (const auto& parameter : generator->parameters()) {
    if (torch::isfinite(parameter).all().item<bool>()) continue;
    throw Error(
        ErrorCode::kFailed,
        "the weights are no longer finite numbers and are not saved; lower optimizer.rate or "
        "set optimizer.clip, and continue from the last checkpoint");
  }
}

// What is damaged is told to be a checkpoint: who continues a run has named none.
SafetensorsReader open_checkpoint(const std::string& path) {
  try {
    return SafetensorsReader(path);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::kNotFound) throw;
    throw Error(error.code(),
                "the checkpoint " + path +
                    " is damaged and cannot be continued from; copy another one of its folder over "
                    "it, or begin a new run in another folder",
                error.what());
  }
}

std::int64_t iterations_done(const SafetensorsReader& file) {
  const auto found = file.metadata().find(kIterationKey);
  if (found == file.metadata().end()) {
    throw Error(ErrorCode::kWrongKind, "the file " + file.path() + " is not a training checkpoint");
  }
  const std::string& text = found->second;
  const bool digits = !text.empty() && text.size() < 12 &&
                      text.find_first_not_of("0123456789") == std::string::npos;
  if (!digits) {
    throw Error(ErrorCode::kCorrupt, "the checkpoint " + file.path() +
                                         " is damaged: its iteration is " + text.substr(0, 40));
  }
  return std::stoll(text);
}

}  // namespace

void Trainer::Parts::save_checkpoint(const std::string& path,
                                     const std::map<std::string, std::string>& facts) {
  check_weights(generator);
  TensorBundle bundle;
  const auto add = [&](const std::string& name, const torch::Tensor& tensor) {
    bundle.add(name, tensor);
  };
  visit_weights(generator, kGeneratorPrefix, &release_generator_name, add);
  add_optimizer(bundle, step->generator_optimizer(), generator, kGeneratorPrefix,
                &release_generator_name);
  if (discriminator) {
    visit_weights(discriminator, kDiscriminatorPrefix, &release_discriminator_name, add);
    add_optimizer(bundle, *step->discriminator_optimizer(), discriminator, kDiscriminatorPrefix,
                  &release_discriminator_name);
  }
  if (average) visit_weights(average->network(), kAveragePrefix, &release_generator_name, add);
  auto metadata = model_metadata({options.model, "", ""});
  metadata[kIterationKey] = std::to_string(iteration);
  for (const auto& [key, value] : facts) metadata[kFactPrefix + key] = value;
  bundle.write(path, metadata);
}

std::map<std::string, std::string> Trainer::Parts::load_checkpoint(const std::string& path) {
  const torch::NoGradGuard no_grad;
  SafetensorsReader file = open_checkpoint(path);
  const std::int64_t done = iterations_done(file);
  const auto model = file.metadata().find("stip.model");
  if (model == file.metadata().end() || !(parse_model_config(model->second) == options.model)) {
    throw Error(ErrorCode::kWrongKind,
                "the checkpoint " + path +
                    " is another network's: its model section differs from the "
                    "configuration's; continue with the configuration it was made with");
  }
  file.check_data();
  restore_all(file, generator, &step->generator_optimizer(), kGeneratorPrefix,
              &release_generator_name);
  if (discriminator) {
    restore_all(file, discriminator, step->discriminator_optimizer(), kDiscriminatorPrefix,
                &release_discriminator_name);
  }
  if (average)
    restore_all(file, average->network(), nullptr, kAveragePrefix, &release_generator_name);
  iteration = done;
  std::map<std::string, std::string> facts;
  const std::string prefix = kFactPrefix;
  for (const auto& [key, value] : file.metadata()) {
    if (key.rfind(prefix, 0) == 0) facts[key.substr(prefix.size())] = value;
  }
  return facts;
}

}  // namespace stip
