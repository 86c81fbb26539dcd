#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/clip_dataset.h"
#include "data/source_spec.h"
#include "model/config.h"
#include "train/schedule.h"
#include "train/train_options.h"

namespace stip::training {

/// Everything `fit` is told, read from YAML in one place. Every key has a default, so a file with
/// only a `model` section is a valid configuration. Documented key by key in docs/configuration.md.
struct RunConfig {
  ModelConfig model;
  DiscriminatorConfig discriminator;

  struct Data {
    std::vector<SourceSpec> train;
    std::vector<SourceSpec> validation;
    int total = 10;   ///< frames of a clip
    int context = 0;  ///< of them given; 0: model.context
    int step = 1;     ///< every step-th frame of the source
    int crop = 0;     ///< side of a random square, pixels; 0: the model's size, cut from the centre
    bool flip_x = true;
    bool flip_y = false;
    bool reverse = false;
    double still = 0;        ///< chance that a clip is one frame repeated
    int motion_tries = 1;    ///< of so many random crops take the one that moves most
    int speed_up = 1;        ///< steps up to so many times as long
    double uneven = 0;       ///< chance that a clip's steps are of two lengths in turn
    double shrink = 1;       ///< crops up to so many times as wide, scaled down
    bool transpose = false;  ///< columns and rows change places, half of the time
    double tone = 0;         ///< colours and light vary, in powers of e
    int cache_mb = 1024;     ///< decoded frames kept in memory
  } data;

  struct Loss {
    double perceptual = 0.01;
    double adversarial = 0.001;
    double detail = 0;
    FrameLoss frame = FrameLoss::kSquared;
    StillErrorSchedule still_error;  ///< of frame: relative; keys still_error{,_start,_until}
    bool future_only = false;        ///< count the predictions after the context only
  } loss;

  struct Optimizer {
    double rate = 5e-3;
    double discriminator_rate = 5e-4;
    double clip = 0;     ///< largest gradient norm; 0: off
    double average = 0;  ///< decay of the weights' moving average; 0: off
    RateSchedule schedule;
  } optimizer;

  SamplingSchedule sampling;
  ReverseSamplingSchedule reverse_sampling;  ///< keys sampling.reverse{,_start,_stop,_scale}

  struct Train {
    std::int64_t iterations = 100000;
    int batch = 1;
    int accumulate = 1;  ///< batches an iteration adds up; see clips()
    bool recompute = false;
    int horizons = 0;
    std::uint64_t seed = 1;
    bool start_still = false;  ///< start: still
    std::int64_t checkpoint_every = 500;
    std::int64_t keep_every = 0;  ///< iterations between checkpoints that are kept; 0: none
    std::int64_t validate_every = 1000;
    int validation_clips = 16;  ///< at most, spread evenly
    int validation_horizon = 5;
    std::int64_t log_every = 10;
    int workers = 1;
    int threads = 0;
    std::string device = "auto";
    bool mixed = false;  ///< precision: bf16
    ChannelsLast channels_last = ChannelsLast::kAuto;

    int clips() const { return batch * accumulate; }  ///< of one iteration
  } train;

  int context() const { return data.context > 0 ? data.context : model.context; }
};

/// Reads YAML text; `overrides` are `a.b=c` (the value is YAML too). Throws kInvalidArgument naming
/// an unknown key with the nearest known one, or a value out of range with what is accepted.
RunConfig parse_run_config(const std::string& yaml, const std::vector<std::string>& overrides);

/// The same from a file. kNotFound, kUnreadable.
RunConfig read_run_config(const std::string& path, const std::vector<std::string>& overrides);

/// By its name's end: .yaml or .yml, as against a model file.
bool is_run_config(const std::string& path);

/// The whole effective configuration as YAML that parse_run_config() reads back to the same.
std::string write_run_config(const RunConfig& config);

}  // namespace stip::training
