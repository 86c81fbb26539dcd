#include "data/clip_dataset.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "data/augment.h"
#include "data/clip_reading.h"
#include "data/random_stream.h"
#include "stip/error.h"

namespace stip::training {
namespace {

// What a seed is used for: streams of different uses share nothing.
constexpr std::uint64_t kOrderStream = 0x4F52444552000000ULL;
constexpr std::uint64_t kOffsetStream = 0x4F46465345540000ULL;

constexpr std::uint64_t kVaryStream = 0x5641525900000000ULL;
constexpr std::uint64_t kToneStream = 0x544F4E4500000000ULL;
constexpr std::uint64_t kRhythmStream = 0x5248595448000000ULL;

// What rate converters that drop frames make of even steps: three of four frames kept, three of
// five, two of three. Longer ones do not show in four frames.
const std::vector<std::vector<int>>& rhythms() {
  static const std::vector<std::vector<int>> all = {{1, 1, 2}, {1, 2, 2}, {1, 2}};
  return all;
}

// Steps of two lengths in turn, beginning anywhere; as they were where the source is too short.
void make_uneven(ClipShape& shape, const FrameSource& source, std::int64_t start,
                 RandomStream random) {
  ClipShape uneven = shape;
  uneven.rhythm = rhythms()[std::size_t(random.below(std::int64_t(rhythms().size())))];
  std::rotate(uneven.rhythm.begin(),
              uneven.rhythm.begin() + random.below(std::int64_t(uneven.rhythm.size())),
              uneven.rhythm.end());
  if (start + uneven.span() <= source.count()) shape = uneven;
}

// The step and the crop of one sample, made longer and larger at random.
ClipShape varied(const ClipShape& shape, const Augmentation& augmentation,
                 const FrameSource& source, std::int64_t start, RandomStream random) {
  ClipShape result = shape;
  result.step *= 1 + int(random.below(augmentation.speed_up));
  if (start + result.span() > source.count()) result.step = shape.step;
  const double wider = 1 + (augmentation.shrink - 1) * random.uniform();
  if (random.coin()) result.crop = int(std::lround(shape.crop * wider));
  if (result.crop > std::min(source.width(), source.height())) result.crop = shape.crop;
  return result;
}

// Draws transposing first: one switch does not change what the other does.
void vary_more(ClipSample& sample, const Augmentation& augmentation, RandomStream random) {
  const bool transposes = random.coin();
  if (augmentation.transpose && transposes) transpose(sample);
  if (augmentation.tone == 0) return;
  Tone tone;
  tone.gain = std::exp(-augmentation.tone * random.uniform());
  for (double& gamma : tone.gamma) {
    gamma = std::exp(augmentation.tone * (2 * random.uniform() - 1));
  }
  change_tone(sample, tone);
}

Window random_window(const FrameSource& source, const ClipShape& shape, RandomStream& random) {
  Window window = centre_window(source, shape);
  if (shape.crop == 0) return window;
  window.x = int(random.below(source.width() - window.width + 1));
  window.y = int(random.below(source.height() - window.height + 1));
  return window;
}

// The most moving of so many random windows. All are drawn, so that the numbers drawn after them do
// not depend on the pictures.
Window moving_window(const FrameSource& source, const ClipShape& shape, int tries,
                     const std::vector<Image>& frames, RandomStream& random) {
  Window best = random_window(source, shape, random);
  if (tries == 1 || shape.crop == 0) return best;
  double most = motion(frames.front(), frames.back(), best);
  for (int i = 1; i < tries; ++i) {
    const Window window = random_window(source, shape, random);
    const double moves = motion(frames.front(), frames.back(), window);
    if (moves > most) {
      most = moves;
      best = window;
    }
  }
  return best;
}

}  // namespace

ClipDataset::ClipDataset(std::vector<WeightedSource> sources, ClipShape shape,
                         Augmentation augmentation, std::uint64_t seed)
    : sources_(std::move(sources)), shape_(shape), augmentation_(augmentation), seed_(seed) {
  check_shape(shape_);
  if (augmentation_.motion_tries < 1) {
    throw Error(ErrorCode::kInvalidArgument, "motion_tries is " +
                                                 std::to_string(augmentation_.motion_tries) +
                                                 ", it must be at least 1 (1: off)");
  }
  if (augmentation_.speed_up < 1 || !(augmentation_.shrink >= 1 && augmentation_.shrink <= 8)) {
    throw Error(ErrorCode::kInvalidArgument,
                "speed_up must be at least 1 and shrink 1 to 8 (1: off)");
  }
  if (!(augmentation_.uneven >= 0 && augmentation_.uneven <= 1)) {
    throw Error(ErrorCode::kInvalidArgument, "uneven is a chance: 0 (off) to 1");
  }
  if (!(augmentation_.tone >= 0 && augmentation_.tone <= 2)) {
    throw Error(ErrorCode::kInvalidArgument, "tone must be 0 (off) to 2");
  }
  if (augmentation_.transpose && shape_.crop == 0) {
    throw Error(ErrorCode::kInvalidArgument,
                "transpose turns squares only: set a crop, or switch it off");
  }
  skipped_ = find_too_short(sources_, shape_);
  for (const WeightedSource& source : sources_) add_source(source);
}

void ClipDataset::add_source(const WeightedSource& source) {
  const std::int64_t starts = count_starts(*source.frames, shape_);
  cumulative_.push_back((cumulative_.empty() ? 0.0 : cumulative_.back()) +
                        source.weight * double(starts));
  if (starts == 0) return;
  starts_ += starts;
  const Window window = centre_window(*source.frames, shape_);
  if (width_ == 0) {
    width_ = window.width;
    height_ = window.height;
    first_used_ = source.frames->name();
  }
  if (window.width == width_ && window.height == height_) return;
  throw Error(ErrorCode::kInvalidArgument,
              "'" + source.frames->name() + "' and '" + first_used_ +
                  "' have different sizes: set a crop, or train on files of one size");
}

// An epoch's samples are spread evenly over the starts, laid end to end with a length of their
// source's weight, and shuffled. The offset of the comb changes with the epoch: a start of
// low weight has its turn too.
ClipDataset::Place ClipDataset::place(std::int64_t number) const {
  const std::int64_t epoch = number / starts_;
  const std::uint64_t order = RandomStream(seed_, kOrderStream + epoch).bits();
  const double offset = RandomStream(seed_, kOffsetStream + epoch).uniform();
  const std::int64_t slot = shuffled(number % starts_, starts_, order);
  const double at = (double(slot) + offset) / double(starts_) * cumulative_.back();
  // The last source may be too short: rounding must not end there, so the search is for the first
  // whose end lies beyond.
  auto found = std::upper_bound(cumulative_.begin(), cumulative_.end(), at);
  if (found == cumulative_.end()) {
    found = std::lower_bound(cumulative_.begin(), cumulative_.end(), cumulative_.back());
  }
  const int source = int(found - cumulative_.begin());
  const double begin = source == 0 ? 0.0 : cumulative_[source - 1];
  const auto start = std::int64_t((at - begin) / sources_[source].weight);
  const std::int64_t last = count_starts(*sources_[source].frames, shape_) - 1;
  return {source, std::clamp<std::int64_t>(start, 0, last)};
}

ClipSample ClipDataset::sample(std::int64_t number) const {
  if (number < 0) throw Error(ErrorCode::kInvalidArgument, "samples are numbered from 0");
  const Place where = place(number);
  FrameSource& source = *sources_[where.source].frames;
  ClipShape shape = varied(shape_, augmentation_, source, where.start,
                           RandomStream(seed_ + kVaryStream, std::uint64_t(number)));
  RandomStream rhythm(seed_ + kRhythmStream, std::uint64_t(number));
  if (rhythm.uniform() < augmentation_.uneven) make_uneven(shape, source, where.start, rhythm);
  const std::vector<Image> frames = read_frames(source, shape, where.start);
  RandomStream random(seed_, std::uint64_t(number));
  ClipSample sample =
      cut(frames, moving_window(source, shape, augmentation_.motion_tries, frames, random));
  if (shape.crop != shape_.crop) shrink(sample, shape_.crop);
  // Each coin is thrown whether it is used or not: switching one off leaves the others alone.
  const bool flip_x = random.coin();
  const bool flip_y = random.coin();
  const bool reverse = random.coin();
  if (augmentation_.flip_x && flip_x) flip_left_right(sample);
  if (augmentation_.flip_y && flip_y) flip_upside_down(sample);
  if (augmentation_.reverse && reverse) reverse_time(sample);
  vary_more(sample, augmentation_, RandomStream(seed_ + kToneStream, std::uint64_t(number)));
  if (random.uniform() < augmentation_.still) hold_still(sample);
  sample.source = where.source;
  sample.name = source.name();
  sample.start = where.start;
  return sample;
}

}  // namespace stip::training
