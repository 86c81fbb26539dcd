#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <memory_resource>
#include <string>
#include <vector>

#include "io/model_file.h"
#include "stip/predictor.h"
#include "train/train_options.h"

namespace stip {

/// Training pictures of one iteration (all of its accumulated parts): for each sample its frames,
/// packed 8-bit BGR [T, H, W, 3].
struct PictureBatch {
  std::vector<const std::uint8_t*> samples;
  int frames = 0;  ///< T
  int height = 0;  ///< multiples of the model's; norm: layer: exactly its size
  int width = 0;
};

/// Trains one network: knows the rule, the schedules and where it is; knows neither files of data
/// nor progress bars. Shows no tensors. One thread. Everything throws Error only; the constructor
/// kNoDevice where the device cannot be had.
class Trainer {
 public:
  explicit Trainer(const TrainerOptions& options);
  ~Trainer();
  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;

  /// What one iteration was.
  struct Report {
    std::int64_t iteration = 0;  ///< from 0
    StepLosses losses;
    double rate = 0;          ///< the generator's learning rate
    double truth_chance = 0;  ///< of scheduled sampling
  };

  /// Runs the next iteration. kInvalidArgument when the samples cannot be split into
  /// `accumulate` equal parts. Throws kFailed, before its step, when a loss or gradient is not a
  /// finite number.
  Report run(const PictureBatch& pictures);

  /// cpu, or cuda:N.
  std::string device() const;

  /// Where run()'s pictures are best kept: for a GPU page-locked memory, which it reads by itself;
  /// else ordinary memory. Threads may share it; it lives as long as this.
  std::pmr::memory_resource* picture_memory() const;

  /// Returns when the device has done all that it was given, for taking times.
  void wait() const;

  /// Most bytes of the GPU's memory that tensors had at once; 0 on the CPU.
  std::int64_t peak_device_memory() const;

  /// Iterations done.
  std::int64_t iteration() const;

  /// The network as it is to be used (the weights' average where there is one), sharing weights
  /// with this trainer: for validation between iterations.
  std::shared_ptr<const Model> result() const;

  /// Writes it as a model file, atomically.
  void save_model(const std::string& path, const ModelFileHeader& header) const;

  /// Fine-tuning: starts from a model file's weights. Throws kInvalidArgument if the configurations
  /// differ in anything but the picture size (norm: channel), state, context or sharpen.
  void start_from(const std::string& model_file);

  /// Everything that running on needs, in one safetensors file, written atomically: networks,
  /// optimizers, average, iteration. Random draws depend on (seed, iteration) alone. `facts` are
  /// the caller's own, kept beside it. Throws kFailed rather than save weights that are no numbers.
  void save_checkpoint(const std::string& path,
                       const std::map<std::string, std::string>& facts = {}) const;

  /// Continues exactly from such a file; returns its facts. Throws what SafetensorsReader throws;
  /// kWrongKind when it is another network's.
  std::map<std::string, std::string> load_checkpoint(const std::string& path);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace stip
