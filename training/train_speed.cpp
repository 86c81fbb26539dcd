#include "train_speed.h"

#include <algorithm>
#include <chrono>
#include <random>

#include "progress.h"
#include "train/memory_estimate.h"
#include "train/trainer.h"
#include "trainer_options.h"

namespace stip::training {

TrainSpeed measure_training(const RunConfig& config, int iterations) {
  const TrainerOptions options = trainer_options(config);
  Trainer trainer(options);
  PictureBatch batch;
  batch.frames = config.data.total;
  batch.height = options.model.height;
  batch.width = options.model.width;
  std::pmr::vector<std::uint8_t> noise(std::size_t{3} * static_cast<std::size_t>(batch.frames) *
                                           static_cast<std::size_t>(batch.height) *
                                           static_cast<std::size_t>(batch.width),
                                       trainer.picture_memory());
  std::mt19937 random(1);
  for (std::uint8_t& byte : noise) byte = static_cast<std::uint8_t>(random() >> 24);
  batch.samples.assign(static_cast<std::size_t>(config.train.clips()), noise.data());

  TrainSpeed speed;
  for (int i = -1; i < iterations; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    speed.frame_loss = trainer.run(batch).losses.frame;
    trainer.wait();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    if (i >= 0) speed.iteration_seconds.push_back(seconds.count());
  }
  std::sort(speed.iteration_seconds.begin(), speed.iteration_seconds.end());
  speed.device = trainer.device();
  speed.peak_memory = peak_memory_in_use();
  speed.peak_device_memory = trainer.peak_device_memory();
  speed.estimated_memory = estimate_training_memory(options, config.train.batch, config.data.total);
  return speed;
}

}  // namespace stip::training
