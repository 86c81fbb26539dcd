#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/clip_sample.h"
#include "data/source_spec.h"

namespace stip::training {

/// What is varied from sample to sample beside place and time.
struct Augmentation {
  bool flip_x = true;      ///< mirror left to right, half of the time
  bool flip_y = false;     ///< upside down, half of the time
  bool transpose = false;  ///< columns become rows, half of the time; only with a crop
  bool reverse = false;    ///< run backwards, half of the time
  double still = 0;        ///< chance that the clip is its first frame over and over
  int motion_tries = 1;    ///< of so many random crops take the one that moves most; 1: off
  int speed_up = 1;   ///< steps are up to so many times as long, where the source has the frames
  double uneven = 0;  ///< chance that steps are of two lengths in turn, where there are the frames
  double shrink = 1;  ///< crops are up to so many times as wide, scaled down to their size
  double tone = 0;    ///< gammas are e^-tone to e^tone, and light down to e^-tone of what it was
};

/// Training clips: an endless, repeatable sequence of random ones.
///
/// An epoch has samples_per_epoch() samples and draws evenly from all starts (with equal weights
/// each start exactly once), in an order that depends on (seed, epoch) only; a sample's crop, flips
/// and reversal depend on (seed, its number). So sample n is the same whoever asks, and resuming or
/// sharing the work among ranks needs nothing but n. Any thread, also several at a time.
class ClipDataset {
 public:
  /// kInvalidArgument: no sources; no source long enough (names the longest, its frames and what is
  /// needed; shorter sources are left out, see skipped()); a crop larger than a picture; crop 0
  /// with pictures of different sizes; a number outside its range.
  ClipDataset(std::vector<WeightedSource> sources, ClipShape shape, Augmentation augmentation,
              std::uint64_t seed);

  /// Number of different starts, over all sources.
  std::int64_t samples_per_epoch() const { return starts_; }

  /// Sample `number` of the endless sequence, 0 upwards; its epoch is number / samples_per_epoch().
  ClipSample sample(std::int64_t number) const;

  const std::vector<WeightedSource>& sources() const { return sources_; }
  /// Names of sources too short for one clip; they stay in sources() but are never drawn.
  const std::vector<std::string>& skipped() const { return skipped_; }

  int width() const { return width_; }    ///< of every sample
  int height() const { return height_; }  ///< of every sample

 private:
  struct Place {
    int source;
    std::int64_t start;
  };
  void add_source(const WeightedSource& source);
  Place place(std::int64_t number) const;

  std::vector<WeightedSource> sources_;
  ClipShape shape_;
  Augmentation augmentation_;
  std::uint64_t seed_;
  std::vector<std::string> skipped_;
  std::vector<double> cumulative_;  // of weight * starts, over sources
  std::string first_used_;          // the source that width_ and height_ are from
  std::int64_t starts_ = 0;
  int width_ = 0;
  int height_ = 0;
};

}  // namespace stip::training
