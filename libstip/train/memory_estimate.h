#pragma once

#include <cstdint>

#include "train/train_options.h"

namespace stip {

/// Bytes that training needs at its peak: weights with their gradient, optimizer and average, and
/// what back-propagation keeps of `batch` clips of `frames` frames. A count of what layers save,
/// not yet compared with measurements; decoded frames and the program itself (some 300 MB) come on
/// top.
std::int64_t estimate_training_memory(const TrainerOptions& options, int batch, int frames);

}  // namespace stip
