#include "train/memory_estimate.h"

#include <algorithm>

#include "model/parameter_table.h"

namespace stip {
namespace {

// fp32 values that back-propagation keeps of one step of one sample, by what the layers save.
std::int64_t values_of_encoding(const ModelConfig& c) {
  const std::int64_t grid = std::int64_t{c.grid_height()} * c.grid_width();
  const std::int64_t encoders = c.encoder == EncoderKind::kSingle ? 1 : 2;
  // The clip; of each level the convolution's result and its activation.
  std::int64_t values = grid * c.frame_channels() * c.clip + encoders * 2 * c.hidden * grid;
  for (int i = 1; i <= c.levels; ++i) values += encoders * 2 * c.hidden * (grid >> (2 * i));
  return values;
}

std::int64_t values_of_memory(const ModelConfig& c) {
  const std::int64_t core = std::int64_t{c.core_height()} * c.core_width();
  // A branch: the convolution's and the norm's results, 4h each, its state and trend and products.
  return c.layers * core * c.hidden * (2 * (4 + 4 + 6) + 2);
}

std::int64_t values_of_decoding(const ModelConfig& c) {
  const std::int64_t grid = std::int64_t{c.grid_height()} * c.grid_width();
  std::int64_t values = 2 * c.hidden * grid;  // the finest level, twice
  // The others: convolved, activated, recalled added.
  for (int i = 1; i < c.levels; ++i) values += 2 * 3 * c.hidden * (grid >> (2 * i));
  return values + 6 * c.frame_channels() * grid;  // both outputs, joined, the prediction, its loss
}

std::int64_t values_of_judging(const TrainerOptions& options) {
  if (!options.step.weights.judged()) return 0;
  const std::int64_t grid = std::int64_t{options.model.grid_height()} * options.model.grid_width();
  // Convolution, norm and activation, each a third larger for the smaller levels; D's own step
  // judges truth and prediction at once.
  return 2 * 3 * options.discriminator.hidden * (grid / 4) * 4 / 3;
}

}  // namespace

std::int64_t estimate_training_memory(const TrainerOptions& options, int batch, int frames) {
  const ModelConfig& c = options.model;
  const std::int64_t weights = parameter_count(c);
  const std::int64_t copies = options.average > 0 ? 5 : 4;  // gradient, two moments, average
  const std::int64_t steps = frames - 1, decoded = steps - options.step.first;
  const std::int64_t kept = steps * (values_of_encoding(c) + values_of_memory(c)) +
                            decoded * (values_of_decoding(c) + values_of_judging(options));
  return 4 * (copies * weights + batch * kept);
}

}  // namespace stip
