#pragma once

#include <algorithm>
#include <array>
#include <cmath>

#include "motion/source_test.h"

namespace stip {

/// How features tell of a mean squared error: its logarithm, that of next to none at the other end.
inline float log_energy(float energy) { return 0.5f * std::log(std::max(energy, 0.0f) + 0.25f); }

/// What a sum of tests says of each cell, [rows, columns]. Made anew in the same memory.
struct Learnt {
  FloatPicture weights;             ///< of the closed form, where things were in the base frame
  std::vector<float> gate;          ///< MotionPlan::gate
  std::vector<float> moved_around;  ///< log_energy() of copying's error around the cell
  std::vector<float> moved;         ///< and in it
  /// log_energy() of each closed-form source's error around the cell, less that of copying.
  std::array<std::vector<float>, kCandidates> errors_around;

  SourceTest tests;  ///< the sum
};

/// Fills in the rest from `tests`.
void learn_from_tests(ThreadPool& pool, Learnt* learnt);

/// Means of errors around each cell, over five by five of them.
void errors_around(const std::vector<float>& errors, int columns, int rows,
                   std::vector<float>* out);

}  // namespace stip
