#include "score_sums.h"

#include <cmath>

namespace stip::training {
namespace {

using Means = std::vector<std::array<MeasureMean, kColumnCount>>;

void add_to(Means* means, const std::vector<HorizonScores>& scores) {
  for (std::size_t k = 0; k < scores.size(); ++k) {
    for (std::size_t column = 0; column < kColumnCount; ++column) {
      (*means)[k][column].add(scores[k][column]);
    }
  }
}

std::vector<HorizonScores> means_of(const Means& means) {
  std::vector<HorizonScores> scores(means.size());
  for (std::size_t k = 0; k < means.size(); ++k) {
    for (std::size_t column = 0; column < kColumnCount; ++column) {
      scores[k][column] = means[k][column].mean();
    }
  }
  return scores;
}

Kind kind_of(const std::vector<HorizonScores>& start) {
  const double copied = start.front()[kCopyLastColumn][kPsnr];
  if (copied >= kStillFrom) return kStill;
  return copied < kFastBelow ? kFast : kSlow;
}

}  // namespace

double Scores::mean_psnr() const { return mean_over_horizons(mean)[kModelColumn][kPsnr]; }

HorizonScores mean_over_horizons(const std::vector<HorizonScores>& horizons) {
  Means means(1);
  for (const HorizonScores& scores : horizons) add_to(&means, {scores});
  return means_of(means).front();
}

// Bootstrapped at each horizon: the model's PSNR, and its gain over each column.
ScoreSums::ScoreSums(int horizon)
    : horizon_(static_cast<std::size_t>(horizon)),
      clip_means_(horizon_),
      over_clips_(horizon_),
      bootstrap_(horizon_ * kColumnCount) {
  kind_means_.fill(Means(horizon_));
}

void ScoreSums::begin_start(const ClipSample& clip, std::int64_t frames_of_source) {
  if (clip.source == source_) return;
  end_clip();
  source_ = clip.source;
  clip_.name = clip.name;
  clip_.frames = frames_of_source;
}

void ScoreSums::add(std::int64_t block, const std::vector<HorizonScores>& start) {
  ++clip_.starts;
  add_to(&clip_means_, start);
  const Kind kind = kind_of(start);
  ++kind_starts_[kind];
  add_to(&kind_means_[kind], start);
  std::vector<double> figures;
  for (const HorizonScores& scores : start) {
    const double model = scores[kModelColumn][kPsnr];
    figures.push_back(model);
    for (std::size_t column = kCopyLastColumn; column < kColumnCount; ++column) {
      figures.push_back(model - scores[column][kPsnr]);
    }
  }
  bootstrap_.add(block, figures);
}

void ScoreSums::end_clip() {
  if (clip_.starts == 0) return;
  clip_.horizons = means_of(clip_means_);
  add_to(&over_clips_, clip_.horizons);
  bootstrap_.end_clip();
  scores_.clips.push_back(std::move(clip_));
  clip_ = GroupScores();
  clip_means_ = Means(horizon_);
}

Scores ScoreSums::finish() {
  end_clip();
  scores_.mean = means_of(over_clips_);
  for (std::size_t kind = 0; kind < kKindCount; ++kind) {
    if (kind_starts_[kind] == 0) continue;
    scores_.kinds.push_back({kKindNames[kind], 0, kind_starts_[kind], means_of(kind_means_[kind])});
  }
  for (std::size_t k = 0; k < horizon_; ++k) {
    HorizonIntervals intervals;
    intervals.psnr = bootstrap_.interval(k * kColumnCount);
    for (std::size_t column = kCopyLastColumn; column < kColumnCount; ++column) {
      intervals.gains[column] = bootstrap_.interval(k * kColumnCount + column);
    }
    scores_.intervals.push_back(intervals);
  }
  return std::move(scores_);
}

}  // namespace stip::training
