#pragma once

#include <vector>

#include "predict/cuda/device_choice.h"

namespace stip::cuda {

/// Whether a device computes what it should: a small network of random weights predicts on it and
/// on the CPU. Throws kNoDevice where that fails, or the two differ by more than rounding does (a
/// GPU, a driver or a build that is broken); kOutOfMemory. Once for each device and type; later
/// calls return at once. T: float, Half or Bfloat16. Any thread; the device must be current.
template <typename T>
void self_check(const DeviceFacts& device);

/// How far the mean error of `found` lies below the largest value of `truth`, in dB; of values that
/// are no numbers, or of another count, minus infinity.
double agreement(const std::vector<float>& truth, const std::vector<float>& found);

/// What is asked for: less than rounding alone leaves in a network of this type.
template <typename T>
double least_agreement();

}  // namespace stip::cuda
