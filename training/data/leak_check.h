#pragma once

#include <vector>

#include "data/source_spec.h"

namespace stip::training {

/// Throws kInvalidArgument, naming both files and frames, if validation would see a frame that
/// training saw:
/// - the same frame of the same file (ranges that overlap, a file or picture given twice), or
/// - in different files or folders, frames with the same pixels (videos) or bytes (pictures).
///
/// Within one file or folder equal pixels are no leak: there they are frozen frames, or a still
/// scene, on both sides of a border between two ranges. Nor are pictures of a single colour, which
/// every second film fades to. Not found: the same scene encoded anew.
void check_for_leaks(const std::vector<WeightedSource>& train,
                     const std::vector<WeightedSource>& validation);

}  // namespace stip::training
