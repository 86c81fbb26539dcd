// Trainer's checkpoints: what they hold and how it is named.
#include "io/model_weights.h"
#include "io/release_names.h"
#include "train/trainer_parts.h"

namespace stip {
namespace {

constexpr const char* kDiscriminatorPrefix = "discriminator.";
constexpr const char* kAveragePrefix = "average.";
constexpr const char* kIterationKey = "stip.iteration";

using NameOf = std::string (*)(const std::string&);

// Calls visit(name, tensor) for each weight, and for both moments Adam keeps of it.
template <typename Module, typename Visit>
void visit_weights(const Module& module, const std::string& prefix, NameOf name_of, Visit&& visit) {
  for (const auto& parameter : module->named_parameters()) {
    visit(prefix + name_of(parameter.key()), parameter.value());
  }
}

torch::optim::AdamParamState& adam_state(torch::optim::Adam& optimizer, const torch::Tensor& parameter) {
  auto& state = optimizer.state()[parameter.unsafeGetTensorImpl()];
  if (state == nullptr) {
    auto fresh = std::make_unique<torch::optim::AdamParamState>();
    fresh->step(0);
    fresh->exp_avg(torch::zeros_like(parameter));
    fresh->exp_avg_sq(torch::zeros_like(parameter));
    state = std::move(fresh);
  }
  return static_cast<torch::optim::AdamParamState&>(*state);
}

template <typename Module>
void add_optimizer(TensorBundle& bundle, torch::optim::Adam& optimizer, const Module& module,
                   const std::string& prefix, NameOf name_of) {
  visit_weights(module, prefix, name_of, [&](const std::string& name, const torch::Tensor& parameter) {
    if (optimizer.state().count(parameter.unsafeGetTensorImpl()) == 0) return;  // not stepped yet
    auto& state = adam_state(optimizer, parameter);
    bundle.add("adam.mean." + name, state.exp_avg());
    bundle.add("adam.square." + name, state.exp_avg_sq());
    bundle.add("adam.step." + name, torch::full({1}, state.step(), torch::kInt64));
  });
}

// Copies a tensor of the file into one of ours.
void restore(SafetensorsReader& file, const std::string& name, torch::Tensor target) {
  const auto found = file.tensors().find(name);
  if (found == file.tensors().end() || found->second.shape != target.sizes().vec()) {
    throw Error(ErrorCode::kWrongKind, "the checkpoint " + file.path() + " is another network's: tensor " +
                                           name + " is missing or of another shape");
  }
  target.copy_(read_tensor(file, name));
}

template <typename Module>
void restore_all(SafetensorsReader& file, Module& module, torch::optim::Adam* optimizer,
                 const std::string& prefix, NameOf name_of) {
  visit_weights(module, prefix, name_of, [&](const std::string& name, const torch::Tensor& parameter) {
    restore(file, name, parameter);
    if (optimizer == nullptr || file.tensors().count("adam.step." + name) == 0) return;
    auto& state = adam_state(*optimizer, parameter);
    restore(file, "adam.mean." + name, state.exp_avg());
    restore(file, "adam.square." + name, state.exp_avg_sq());
    state.step(read_tensor(file, "adam.step." + name).template item<int64_t>());
  });
}

}  // namespace

void Trainer::Parts::save_checkpoint(const std::string& path) {
  TensorBundle bundle;
  const auto add = [&](const std::string& name, const torch::Tensor& tensor) { bundle.add(name, tensor); };
  visit_weights(generator, kGeneratorPrefix, &release_generator_name, add);
  add_optimizer(bundle, step->generator_optimizer(), generator, kGeneratorPrefix, &release_generator_name);
  if (discriminator) {
    visit_weights(discriminator, kDiscriminatorPrefix, &release_discriminator_name, add);
    add_optimizer(bundle, *step->discriminator_optimizer(), discriminator, kDiscriminatorPrefix,
                  &release_discriminator_name);
  }
  if (average) visit_weights(average->network(), kAveragePrefix, &release_generator_name, add);
  auto metadata = model_metadata({options.model, "", ""});
  metadata[kIterationKey] = std::to_string(iteration);
  bundle.write(path, metadata);
}

void Trainer::Parts::load_checkpoint(const std::string& path) {
  const torch::NoGradGuard no_grad;
  SafetensorsReader file(path);
  const auto done = file.metadata().find(kIterationKey);
  if (done == file.metadata().end()) {
    throw Error(ErrorCode::kWrongKind, "the file " + path + " is not a training checkpoint");
  }
  restore_all(file, generator, &step->generator_optimizer(), kGeneratorPrefix, &release_generator_name);
  if (discriminator) {
    restore_all(file, discriminator, step->discriminator_optimizer(), kDiscriminatorPrefix,
                &release_discriminator_name);
  }
  if (average) restore_all(file, average->network(), nullptr, kAveragePrefix, &release_generator_name);
  iteration = std::strtoll(done->second.c_str(), nullptr, 10);
}

}  // namespace stip
