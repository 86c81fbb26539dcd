#pragma once

#include "evaluation.h"

namespace stip::training {

/// Adds up what starts scored: by clip, over clips, by kind of motion. Starts of one clip come one
/// after the other; memory grows with the number of clips only.
class ScoreSums {
 public:
  explicit ScoreSums(int horizon);

  /// Says which clip the next add() belongs to.
  void begin_start(const ClipSample& clip, std::int64_t frames_of_source);
  std::int64_t starts_in_clip() const { return clip_.starts; }

  /// `block`: starts with one number are not independent (see Bootstrap).
  void add(std::int64_t block, const std::vector<HorizonScores>& start);

  /// Once, at the end.
  Scores finish();

 private:
  using Means = std::vector<std::array<MeasureMean, kColumnCount>>;  // [k-1][column]

  void end_clip();

  std::size_t horizon_;
  Scores scores_;
  int source_ = -1;
  GroupScores clip_;
  Means clip_means_;
  Means over_clips_;
  std::array<Means, kKindCount> kind_means_;
  std::array<std::int64_t, kKindCount> kind_starts_{};
  Bootstrap bootstrap_;
};

}  // namespace stip::training
