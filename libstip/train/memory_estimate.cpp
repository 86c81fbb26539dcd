#include "train/memory_estimate.h"

#include <algorithm>

#include "model/parameter_table.h"

namespace stip {
namespace {

// The program, LibTorch and what it sets up once: peak of a network of next to nothing (measured).
constexpr std::int64_t kProgram = 180'000'000;

// fp32 values of one sample of the batch; what layers keep for back-propagation is of one step.
struct Values {
  explicit Values(const TrainerOptions& options);

  std::int64_t frame;      ///< a patched frame
  std::int64_t handed_on;  ///< from step to step
  std::int64_t taken_in;   ///< kept by encoders and memory
  std::int64_t decoded;    ///< kept by the decoders, frames left out
  std::int64_t judged;     ///< by the discriminator, which judges truth and prediction at once
};

Values::Values(const TrainerOptions& options) {
  const ModelConfig& c = options.model;
  const std::int64_t h = c.hidden;
  const std::int64_t grid = std::int64_t{c.grid_height()} * c.grid_width();
  const std::int64_t core = std::int64_t{c.core_height()} * c.core_width();
  frame = grid * c.frame_channels();
  handed_on = c.layers * core * h + frame;

  // The clip, and each level's activated result: activations are in place.
  const std::int64_t encoders = c.encoder == EncoderKind::kSingle ? 1 : 2;
  taken_in = c.clip * frame;
  for (int i = 0; i <= c.levels; ++i) taken_in += encoders * h * (grid >> (2 * i));
  // A layer: of both branches the convolution's result, 4h; T and S. (fused_cell() computes the
  // rest anew.)
  taken_in += c.layers * core * h * (2 * 4 + 2);

  // Both branches of each level but the finest, activated and with the recalled added; then both
  // side by side. Of the finest level the frame is all there is (folded_output()).
  decoded = 2 * h * (grid / 4);
  for (int i = 1; i < c.levels; ++i) decoded += 2 * 2 * h * (grid >> (2 * i));

  // Convolution and activated norm of every level, each a quarter of the one before.
  judged =
      options.step.weights.judged() ? 2 * 2 * options.discriminator.hidden * (grid / 4) * 4 / 3 : 0;
}

// Of one sample of the batch.
std::int64_t rolled_out(const Values& v, const TrainerOptions& options, int frames) {
  const std::int64_t steps = frames - 1, counted = steps - options.step.first;
  // The clip's frames; of each counted prediction itself (alone and, unless it is recomputed, among
  // the others), its error, and the gradients of its losses.
  const bool recompute = options.step.recompute;
  std::int64_t of_sample = frames * v.frame + counted * ((recompute ? 4 : 5) * v.frame + v.judged);
  // One step twice: what it keeps, and as much again while its gradients are computed.
  const std::int64_t whole_step = v.taken_in + v.decoded + v.frame;
  of_sample += recompute ? 2 * whole_step + steps * v.handed_on
                         : whole_step + steps * (v.taken_in + v.handed_on) + counted * v.decoded;
  return of_sample;
}

// The same of output: motion, whose horizons are all run at once.
std::int64_t of_motion(const Values& v, const TrainerOptions& options, int frames) {
  const std::int64_t context = options.step.context;
  const std::int64_t wanted = options.step.horizons, future = frames - context;
  const std::int64_t horizons = wanted > 0 ? std::min(wanted, future) : future;
  const std::int64_t pixels = v.frame / 3;
  // What MotionStream keeps (docs/motion.md), in bytes.
  const std::int64_t stream = pixels * (54 * context + 28 + 13 * horizons);
  // Features, answers, pictures, losses and their gradients, and those of loss.detail (measured).
  const std::int64_t pictures = (options.step.weights.detail != 0 ? 26 : 16) * v.frame;
  return 2 * frames * v.frame + stream / 4 + horizons * (pictures + v.taken_in + v.decoded);
}

}  // namespace

std::int64_t estimate_training_memory(const TrainerOptions& options, int batch, int frames) {
  const Values v(options);
  // Gradient and two moments beside the weights, and the average.
  const std::int64_t weights = (options.average > 0 ? 5 : 4) * parameter_count(options.model);
  const bool motion = options.model.output == Output::kMotion;
  const std::int64_t of_sample =
      motion ? of_motion(v, options, frames) : rolled_out(v, options, frames);
  // Decoded pictures: the clips at work, and two iterations' made ahead.
  const std::int64_t pictures = std::int64_t{3} * options.accumulate * batch * frames * v.frame;
  return kProgram + 4 * (weights + batch * of_sample) + pictures;
}

}  // namespace stip
