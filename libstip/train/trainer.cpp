#include "train/trainer.h"

#include <ATen/CPUGeneratorImpl.h>
#include <c10/core/CachingDeviceAllocator.h>

#include "base/torch_device.h"
#include "base/torch_guard.h"
#include "io/model_weights.h"
#include "ops/patching.h"
#include "predict/engine/engine_model.h"
#include "train/trainer_parts.h"

namespace stip {
namespace {

Discriminator make_discriminator(const TrainerOptions& options) {
  if (!options.step.weights.judged()) return nullptr;
  return Discriminator(options.discriminator, options.model.frame_channels(),
                       options.model.grid_height(), options.model.grid_width());
}

bool wants_channels_last(const TrainerOptions& options, const torch::Device& device) {
  if (options.channels_last != ChannelsLast::kAuto)
    return options.channels_last == ChannelsLast::kOn;
  return device.is_cuda() && options.step.mixed;
}

// A convolution runs in its weights' order whatever its input's is, and its result has that order
// too: so this is all there is to do.
template <typename Module>
void lay_channels_last(const Module& module) {
  for (auto& parameter : module->parameters()) {
    if (parameter.dim() == 4) {
      parameter.set_data(parameter.contiguous(torch::MemoryFormat::ChannelsLast));
    }
  }
}

constexpr std::uint64_t kSeedStride = 0x9E3779B97F4A7C15u;

// A function of (seed, iteration): resuming needs no stored random state.
torch::Tensor draw(at::IntArrayRef shape, std::uint64_t seed, std::int64_t iteration) {
  auto random = at::detail::createCPUGenerator(seed + static_cast<std::uint64_t>(iteration));
  return torch::rand(shape, random);
}

torch::Tensor draw_mask(at::IntArrayRef shape, double chance, std::uint64_t seed,
                        std::int64_t iteration) {
  return draw(shape, seed, iteration).lt(chance).to(torch::kFloat32);
}

}  // namespace

Trainer::Parts::Parts(const TrainerOptions& given) : options(given) {
  use_threads(options.threads);
  device = resolve_device(options.device);  // before anything else of torch's: see there
  torch::manual_seed(options.seed);
  generator = Generator(options.model);
  if (options.start == StartingWeights::kStill) generator->start_still();
  if (options.model.output == Output::kMotion) generator->start_silent();
  discriminator = make_discriminator(options);
  // After their weights were drawn, which so are the same on every device.
  generator->to(device);
  if (discriminator) discriminator->to(device);
  generator->train();
  if (wants_channels_last(options, device)) {
    lay_channels_last(generator);
    if (discriminator) lay_channels_last(discriminator);
  }
  if (device.is_cuda()) {
    // fp32 means it: torch's own default is to round what convolutions multiply to 10 bits.
    at::globalContext().setAllowTF32CuDNN(false);
    // Clips of a run are of one size: that its convolutions are tried out once is worth it.
    at::globalContext().setBenchmarkCuDNN(true);
    page_locked =
        std::make_unique<TorchMemory>(at::globalContext().getPinnedMemoryAllocator(device.type()));
  }
  step = std::make_unique<TrainStep>(generator, discriminator, options.step);
  if (options.average > 0) average.emplace(generator, options.average);
}

torch::Tensor Trainer::Parts::frames_of(const PictureBatch& pictures, size_t first,
                                        size_t count) const {
  std::vector<torch::Tensor> samples;
  for (size_t i = first; i < first + count; ++i) {
    const auto sample =
        torch::from_blob(const_cast<std::uint8_t*>(pictures.samples[i]),  // only read
                         {pictures.frames, pictures.height, pictures.width, 3}, torch::kUInt8);
    // To a GPU from page-locked memory, without waiting; what runs there later waits for it.
    samples.push_back(sample.to(device, torch::kUInt8, /*non_blocking=*/true));
  }
  auto stacked = torch::stack(samples);
  if (options.model.colour == PixelOrder::kRgb) stacked = stacked.flip(-1);
  // As floats last, and once: a clip of 4K has 0.8 GB of them.
  return to_patches(stacked, options.model.patch).to(torch::kFloat32).div_(255);
}

torch::Tensor Trainer::Parts::draw_truth_mask(int64_t batch, int64_t total) const {
  return draw_mask({batch, total - 1 - options.step.context}, options.sampling.chance(iteration),
                   options.seed * kSeedStride, iteration);
}

torch::Tensor Trainer::Parts::draw_context_mask(int64_t batch) const {
  if (!options.reverse_sampling.on || options.step.context < 2) return {};
  return draw_mask({batch, options.step.context - 1}, options.reverse_sampling.chance(iteration),
                   ~(options.seed * kSeedStride), iteration);
}

torch::Tensor Trainer::Parts::draw_horizons(int64_t batch, int64_t total) const {
  const int64_t wanted = options.step.horizons, count = total - options.step.context;
  if (wanted == 0 || wanted >= count) return {};
  const auto values = draw({batch, count}, options.seed * kSeedStride, iteration);
  return std::get<1>(values.sort(/*dim=*/1)).slice(1, 0, wanted) + 1;
}

// Draws are made for the whole batch: how many parts it is run in changes nothing but rounding.
StepLosses Trainer::Parts::run_step(const PictureBatch& pictures) {
  const auto batch = static_cast<int64_t>(pictures.samples.size());
  const int64_t parts = options.accumulate;
  if (batch % parts != 0) {
    throw Error(ErrorCode::kInvalidArgument, std::to_string(batch) +
                                                 " clips cannot be accumulated in " +
                                                 std::to_string(parts) + " equal parts");
  }
  const auto truth = draw_truth_mask(batch, pictures.frames);
  const auto context = draw_context_mask(batch);
  const auto horizons = draw_horizons(batch, pictures.frames);
  const int64_t size = batch / parts;
  return step->run(static_cast<int>(parts), [&](int part) {
    const int64_t first = part * size;
    const auto rows = [&](const torch::Tensor& mask) {
      return mask.defined() ? mask.narrow(0, first, size).to(device) : mask;
    };
    return ClipBatch{frames_of(pictures, static_cast<size_t>(first), static_cast<size_t>(size)),
                     rows(truth), rows(context),
                     horizons.defined() ? horizons.narrow(0, first, size) : horizons};
  });
}

Trainer::Report Trainer::Parts::run(const PictureBatch& pictures) {
  const double factor = options.rate.factor(iteration);
  step->set_learning_rates(options.step.generator_rate * factor,
                           options.step.discriminator_rate * factor);
  step->set_still_error(options.still_error.value(iteration));
  Report report;
  report.iteration = iteration;
  report.rate = options.step.generator_rate * factor;
  report.truth_chance = options.sampling.chance(iteration);
  report.losses = run_step(pictures);
  if (average) average->update(generator, iteration);
  ++iteration;
  return report;
}

void Trainer::Parts::start_from(const std::string& model_file) {
  LoadedModel other = load_model_file(model_file);
  ModelConfig theirs = other.header.config;
  theirs.state = options.model.state;
  theirs.context = options.model.context;
  theirs.sharpen = options.model.sharpen;
  if (options.model.norm == Norm::kChannel) {
    theirs = theirs.with_size(options.model.height, options.model.width);
  }
  if (!(theirs == options.model)) {
    throw Error(ErrorCode::kInvalidArgument,
                model_file +
                    " has another configuration than the model to be trained; see "
                    "`stip-train info` and use the same `model` section");
  }
  const torch::NoGradGuard no_grad;
  auto weights = generator->parameters();
  const auto given = other.generator->parameters();
  for (size_t i = 0; i < weights.size(); ++i) weights[i].copy_(given[i]);
  if (average) average.emplace(generator, options.average);
}

Trainer::Trainer(const TrainerOptions& options)
    : parts_(guard_torch("making the network", [&] { return std::make_unique<Parts>(options); })) {}

Trainer::~Trainer() = default;

std::string Trainer::device() const { return parts_->device.str(); }

std::pmr::memory_resource* Trainer::picture_memory() const {
  if (parts_->page_locked) return parts_->page_locked.get();
  return std::pmr::get_default_resource();
}

void Trainer::wait() const {
  if (!parts_->device.is_cuda()) return;
  guard_torch("waiting for the GPU", [&] { torch::cuda::synchronize(parts_->device.index()); });
}

std::int64_t Trainer::peak_device_memory() const {
  if (!parts_->device.is_cuda()) return 0;
  return guard_torch("asking for the GPU's memory", [&] {
    const auto statistics =
        c10::getDeviceAllocator(parts_->device.type())->getDeviceStats(parts_->device.index());
    const auto all = static_cast<std::size_t>(c10::CachingAllocator::StatType::AGGREGATE);
    return statistics.allocated_bytes[all].peak;
  });
}

std::int64_t Trainer::iteration() const { return parts_->iteration; }

Trainer::Report Trainer::run(const PictureBatch& pictures) {
  return guard_torch("training", [&] { return parts_->run(pictures); });
}

std::shared_ptr<const Model> Trainer::result() const {
  Generator& network = parts_->result();
  return std::make_shared<engine::EngineModel>(network->config(), named_weights(network),
                                               "the network in training", parts_->options.threads);
}

void Trainer::save_model(const std::string& path, const ModelFileHeader& header) const {
  guard_torch("saving the model", [&] { save_model_file(path, parts_->result(), header); });
}

void Trainer::start_from(const std::string& model_file) {
  guard_torch("loading the model", [&] { parts_->start_from(model_file); });
}

void Trainer::save_checkpoint(const std::string& path,
                              const std::map<std::string, std::string>& facts) const {
  guard_torch("saving a checkpoint", [&] { parts_->save_checkpoint(path, facts); });
}

std::map<std::string, std::string> Trainer::load_checkpoint(const std::string& path) {
  return guard_torch("loading a checkpoint", [&] { return parts_->load_checkpoint(path); });
}

}  // namespace stip
