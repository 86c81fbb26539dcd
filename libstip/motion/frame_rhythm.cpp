#include "motion/frame_rhythm.h"

namespace stip {
namespace {

// A repeat differs by what encoding makes of it, 0.03 to 0.34 levels^2 in the clips looked at, a
// thirtieth at most of the step before; where things only move less it is a third to a tenth of it.
constexpr double kMostChange = 1;
constexpr double kShareOfStep = 1.0 / 8;
// But a key frame of a quiet video may differ ten times as much as its other frames: two of the
// last six must have been steps. Of the first frames that is not known yet.
constexpr std::size_t kChangesKept = 6;
constexpr int kStepsWanted = 2;
constexpr std::size_t kFewChanges = 2;
constexpr double kShareOfOneStep = 1.0 / 24;
// After so many in a row it has stopped indeed.
constexpr int kMostInARow = 2;
// Periods seen before one is believed in, and the longest (25 frames a second made of 24: 25).
constexpr int kPeriodsSeen = 3;
constexpr int kLongestPeriod = 32;

}  // namespace

bool FrameRhythm::repeats(double change) const {
  if (change >= kMostChange || change >= kShareOfStep * step_) return false;
  if (in_a_row_ == kMostInARow) return false;
  int steps = 0;
  for (const double step : changes_) {
    if (change < kShareOfStep * step) ++steps;
    if (changes_.size() <= kFewChanges && change < kShareOfOneStep * step) steps = kStepsWanted;
  }
  return steps >= kStepsWanted;
}

FrameRhythm::Kind FrameRhythm::next(double change) {
  Kind kind = Kind::kNew;
  if (repeats(change)) {
    kind = Kind::kRepeat;
  } else if (changes_.size() == 1 && changes_[0] < kMostChange &&
             changes_[0] < kShareOfOneStep * change) {
    kind = Kind::kAfterRepeat;
    repeats_.back() = true;
  }
  in_a_row_ = kind == Kind::kRepeat ? in_a_row_ + 1 : 0;
  if (kind != Kind::kRepeat) step_ = change;
  if (changes_.size() == kChangesKept) changes_.erase(changes_.begin());
  changes_.push_back(change);
  if (repeats_.size() == kPeriodsSeen * kLongestPeriod) repeats_.erase(repeats_.begin());
  repeats_.push_back(kind == Kind::kRepeat);
  return kind;
}

// The shortest one, in frames, of the newest frames; 0: there is none.
int FrameRhythm::period() const {
  const int known = static_cast<int>(repeats_.size());
  for (int period = 2; period <= kLongestPeriod && kPeriodsSeen * period <= known; ++period) {
    bool any = false;
    bool holds = true;
    for (auto i = repeats_.rbegin(); holds && i != repeats_.rbegin() + kPeriodsSeen * period; ++i) {
      any = any || *i;
      holds = i - repeats_.rbegin() < period || *i == *(i - period);
    }
    if (any && holds) return period;
  }
  return 0;
}

int FrameRhythm::steps_ahead(int k) const {
  const int length = period();
  if (length == 0) return k;
  int steps = 0;
  for (int i = 0; i < k; ++i) {
    const bool repeat = *(repeats_.end() - length + i % length);
    if (!repeat) ++steps;
  }
  return steps;
}

void FrameRhythm::clear() {
  step_ = 0;
  changes_.clear();
  in_a_row_ = 0;
  repeats_.clear();
}

}  // namespace stip
