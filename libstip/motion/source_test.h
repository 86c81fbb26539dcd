#pragma once

#include "motion/sources.h"

namespace stip {

/// How well the sources would have predicted frames that were seen: means over a sample of each
/// cell's pixels, summed over colours.
struct SourceTest {
  Evidence evidence;         ///< of the first kCandidates sources
  std::vector<float> moved;  ///< [rows, columns]: squared error of copying

  /// this += factor * other; an empty one takes the other's size.
  void add(const SourceTest& other, float factor);
};

/// Tests one frame, `truth`, against what the sources say.
void test_sources(const SourcePictures& pictures, const Displacements& displacements,
                  const FloatPicture& truth, ThreadPool& pool, SourceTest* out);

/// The squared errors of one source alone, as in SourceTest::moved.
std::vector<float> test_source(const SourcePictures& pictures, const Displacements& displacements,
                               MotionSource source, const FloatPicture& truth, ThreadPool& pool);

/// Means of a plane over the part of the square box around each cell that is inside.
void box_means(const std::vector<float>& plane, int columns, int rows, int radius,
               std::vector<float>* out);

}  // namespace stip
