#pragma once

#include <cstdint>

#include "base/device.h"
#include "model/config.h"
#include "train/schedule.h"

namespace stip {

/// Weights of the generator's loss terms; 0 switches a term off (Table VIII's ablation). With both
/// at 0 the discriminator is neither run nor trained.
struct LossWeights {
  double perceptual = 0.01;    ///< lambda_lp
  double adversarial = 0.001;  ///< lambda_adv
  double detail = 0;           ///< of detail_loss() (ours)
  bool judged() const { return perceptual != 0 || adversarial != 0; }
};

/// How the frames' squared errors are counted.
enum class FrameLoss {
  kSquared,   ///< the paper: their mean
  kRelative,  ///< relative_frame_loss(): against what copying would cost
  kDecibels   ///< decibel_loss()
};

/// How a network begins.
enum class StartingWeights {
  kTorch,  ///< the paper: PyTorch's defaults
  kStill   ///< GeneratorImpl::start_still(), for output: residual
};

/// How weights, and with them what convolutions read and write, lie in memory: the channels of a
/// pixel side by side, or each channel's map as a whole. The numbers differ in rounding.
enum class ChannelsLast {
  kAuto,  ///< on a GPU in mixed precision, whose matrix units want it so
  kOn,
  kOff
};

/// One iteration of the training rule.
struct TrainStepOptions {
  LossWeights weights;
  FrameLoss frame_loss = FrameLoss::kSquared;
  std::int64_t context = 4;
  std::int64_t first = 0;     ///< first step whose prediction counts; the paper: 0, all of them
  std::int64_t horizons = 0;  ///< of a network of output: motion, future frames of each clip that
                              ///< count, drawn at random; 0: all
  double gradient_clip = 0;   ///< largest norm of the generator's gradient; 0: no clipping
  bool recompute = false;     ///< unroll_recomputed(): less memory, more time
  bool mixed = false;  ///< convolutions in bfloat16; weights, T, S and losses stay in float32
  double generator_rate = 5e-3;
  double discriminator_rate = 5e-4;
};

/// A whole training run.
struct TrainerOptions {
  TrainStepOptions step;
  RateSchedule rate;
  SamplingSchedule sampling;
  ReverseSamplingSchedule reverse_sampling;
  StillErrorSchedule still_error;  ///< of the relative loss
  double average = 0;              ///< decay of the weights' moving average; 0: none
  std::uint64_t seed = 1;
  StartingWeights start = StartingWeights::kTorch;
  int accumulate = 1;  ///< parts that an iteration's clips are run in, one after the other
  ModelConfig model;   ///< its size is that of the pictures trained on (crops)
  DiscriminatorConfig discriminator;
  int threads = 0;  ///< CPU threads; 0: all
  ChannelsLast channels_last = ChannelsLast::kAuto;
  DeviceName device = {DeviceName::Kind::kCpu};
};

/// What one iteration saw. Terms that were switched off are 0.
struct StepLosses {
  double frame = 0;             ///< mean squared error over all predictions that count
  double objective = 0;         ///< the frame term as it is minimised (relative or not), and detail
  double perceptual = 0;        ///< unweighted
  double adversarial = 0;       ///< unweighted
  double discriminator = 0;     ///< sum of its two cross entropies
  double probability_true = 0;  ///< D's answer before its update, mean over the batch
  double probability_predicted = 0;
  double gradient_norm = 0;  ///< of the generator, before clipping
};

}  // namespace stip
