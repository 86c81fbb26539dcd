#pragma once

#include <cstdint>

#include "train/train_options.h"

namespace stip {

/// Bytes that training takes at its peak: the program, weights with their gradient, optimizer and
/// average, and what back-propagation keeps of `batch` clips of `frames` frames (a count of what
/// the layers save). Within a quarter of what was measured for every shipped configuration
/// (docs/training.md); the cache of decoded frames comes on top.
std::int64_t estimate_training_memory(const TrainerOptions& options, int batch, int frames);

}  // namespace stip
