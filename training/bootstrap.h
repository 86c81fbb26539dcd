#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace stip::training {

struct Interval {
  double low = 0;
  double high = 0;
};

/// How far a mean over frames, then over clips, might have come out otherwise with other frames of
/// the same clips: a bootstrap over blocks of neighbouring starts (which share frames, and so are
/// not independent). Every block counts a Poisson(1) number of times in each of 400 replicates, so
/// no value has to be kept. Deterministic.
class Bootstrap {
 public:
  /// `values`: how many figures each start brings.
  explicit Bootstrap(std::size_t values);

  /// One start's figures; blocks of a clip come one after the other, numbered as they like.
  void add(std::int64_t block, const std::vector<double>& figures);
  void end_clip();

  /// 95 % of the replicates lie in it. Not numbers when no clip had two blocks.
  Interval interval(std::size_t value) const;

 private:
  static constexpr std::size_t kReplicates = 400;

  std::size_t values_;
  std::vector<double> sums_;     // of the clip, [replicate, value]
  std::vector<double> weights_;  // of the clip, [replicate]
  std::vector<double> plain_;    // of the clip, [value]
  std::vector<double> totals_;   // of the clips' means, [replicate, value]
  std::vector<int> counts_;      // how often a block counts, [replicate]
  std::int64_t starts_ = 0;
  std::int64_t blocks_ = 0;
  std::int64_t last_block_ = -1;
  std::int64_t clips_ = 0;
  std::uint64_t drawn_ = 0;
  bool varies_ = false;
};

}  // namespace stip::training
