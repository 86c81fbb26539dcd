#include "motion/frame_rhythm.h"

#include <algorithm>

namespace stip {
namespace {

// A repeat differs by what encoding makes of it, 0.03 to 0.34 levels^2 in the clips looked at, a
// thirtieth at most of the step before; where things only move less it is a third to a tenth of it.
constexpr double kMostChange = 1;
constexpr double kShareOfStep = 1.0 / 8;
// But a key frame of a quiet video may differ ten times as much as its other frames: two of the
// last six must have been steps. Of the first frames that is not known yet.
constexpr int kChangesLookedAt = 6;
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
  const auto newest = seen_.rbegin();
  const auto step =
      std::find_if(newest, seen_.rend(), [](const Seen& frame) { return !frame.repeat; });
  if (step == seen_.rend() || step - newest == kMostInARow) return false;
  if (change >= kMostChange || change >= kShareOfStep * step->change) return false;
  int steps = 0;
  for (auto i = newest; i != seen_.rend() && i - newest < kChangesLookedAt; ++i) {
    if (change < kShareOfStep * i->change) ++steps;
    if (seen_.size() <= kFewChanges && change < kShareOfOneStep * i->change) steps = kStepsWanted;
  }
  return steps >= kStepsWanted;
}

FrameRhythm::Kind FrameRhythm::next(double change) {
  Kind kind = Kind::kNew;
  if (repeats(change)) {
    kind = Kind::kRepeat;
  } else if (seen_.size() == 1 && seen_[0].change < kMostChange &&
             seen_[0].change < kShareOfOneStep * change) {
    kind = Kind::kAfterRepeat;
    seen_[0].repeat = true;
  }
  if (seen_.size() == kPeriodsSeen * kLongestPeriod) seen_.erase(seen_.begin());
  seen_.push_back({change, kind == Kind::kRepeat});
  return kind;
}

// The shortest one, in frames, of the newest frames; 0: there is none.
int FrameRhythm::period() const {
  const int known = static_cast<int>(seen_.size());
  for (int period = 2; period <= kLongestPeriod && kPeriodsSeen * period <= known; ++period) {
    bool any = false;
    bool holds = true;
    for (auto i = seen_.rbegin(); holds && i != seen_.rbegin() + kPeriodsSeen * period; ++i) {
      any = any || i->repeat;
      holds = i - seen_.rbegin() < period || i->repeat == (i - period)->repeat;
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
    if (!(seen_.end() - length + i % length)->repeat) ++steps;
  }
  return steps;
}

void FrameRhythm::clear() { seen_.clear(); }

}  // namespace stip
