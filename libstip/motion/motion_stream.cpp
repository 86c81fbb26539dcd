#include "motion/motion_stream.h"

#include <algorithm>
#include <cmath>

#include "metrics/psnr.h"
#include "motion/cell_description.h"
#include "motion/pace.h"
#include "motion/parallel_rows.h"
#include "motion/predicted_rows.h"
#include "ops/cpu/kernels.h"

namespace stip {
namespace {

constexpr float kFading = 0.7f;  // of tests, a frame into the past

}  // namespace

MotionStream::MotionStream(const Options& options, ThreadPool& pool)
    : options_(options),
      pool_(pool),
      history_(options.width, options.height, std::max(options.context, 2), FlowPreset::kFast, 1) {}

void MotionStream::push(const FrameView& given) {
  if (!frames_.empty()) {
    const auto kind = rhythm_.next(squared_error(given, history_.view(history_.newest())));
    if (kind == FrameRhythm::Kind::kRepeat) forget_newest();
    if (kind == FrameRhythm::Kind::kAfterRepeat) {
      history_.forget_oldest();
      forget_frame(frames_.begin());
    }
  }
  history_.push(given);
  if (frames_.size() == static_cast<std::size_t>(std::max(options_.context, 2))) {
    forget_frame(frames_.begin());
  }
  Frame frame;
  if (!spare_frames_.empty()) {
    frame = std::move(spare_frames_.back());
    spare_frames_.pop_back();
  }
  frames_.push_back(std::move(frame));
  const std::vector<int> horizons = forget_horizons();
  Frame& newest = frames_.back();
  const FrameView pixels = history_.view(history_.newest());
  // Optical flow is one thread's work; another does meanwhile what does not need it.
  run_both(
      pool_,
      [&] {
        to_float(pixels, 1, &newest.picture.whole);
        smooth(&newest.picture, alone_);
        test_ahead(horizons);
      },
      [&] {
        if (frames_.size() > 1) cell_flow(history_.flow(history_.newest()), &newest.flow);
      });
  if (frames_.size() > 1) make_history(pictures_of(history_.newest()), pool_, &newest.history);
  newest.pace = 0;
  if (frames_.size() > 2) {
    flow_change(newest.flow, frames_[frames_.size() - 2].flow, &newest.change);
    newest.pace = pace_change(newest.flow, newest.change);
  }
  find_unevenness();
  // A test needs its base and the frame before it.
  forget_tests(
      [&](std::int64_t target, int steps) { return target - steps - 1 < history_.oldest(); });
}

std::vector<int> MotionStream::forget_horizons() {
  ready_to_plan_ = false;
  std::vector<int> planned;
  for (auto& [k, horizon] : horizons_) {
    if (horizon.planned) planned.push_back(k);
    horizon.planned = horizon.answered = false;
  }
  return planned;
}

// The newest frame's tests that its plans will ask for, if horizons stay those of the frame before.
// Where steps are uneven they need its flow.
void MotionStream::test_ahead(const std::vector<int>& horizons) {
  if (horizons.empty() || !learns() || uneven_) return;
  test(history_.newest(), 1, alone_);
  for (const int k : horizons) test(history_.newest(), longest_test(k), alone_);
}

template <typename Which>
void MotionStream::forget_tests(const Which& which) {
  for (auto place = tests_.begin(); place != tests_.end();) {
    const auto [target, steps] = place->first;
    if (which(target, steps)) {
      spare_tests_.push_back(std::move(place->second));  // its memory serves again
      place = tests_.erase(place);
    } else {
      ++place;
    }
  }
}

// Its place is the next one's: a repeat may be the better encoded of the two.
void MotionStream::forget_newest() {
  forget_tests([&](std::int64_t target, int) { return target == history_.newest(); });
  history_.forget_newest();
  forget_frame(frames_.end() - 1);
}

void MotionStream::forget_frame(std::deque<Frame>::iterator place) {
  spare_frames_.push_back(std::move(*place));  // its memory serves again
  frames_.erase(place);
}

void MotionStream::clear() {
  rhythm_.clear();
  history_.clear();
  frames_.clear();
  tests_.clear();
  forget_horizons();
}

SourcePictures MotionStream::pictures_of(std::int64_t base) {
  Frame& previous = frame(base - 1);
  return {&frame(base).picture, &previous.picture, nullptr, &frame(base).flow};
}

SourcePictures MotionStream::pictures_of_newest() {
  SourcePictures pictures = pictures_of(history_.newest());
  if (learns()) pictures.history = &frame(history_.newest() - 1).history;
  return pictures;
}

const SourceTest& MotionStream::test(std::int64_t target, int steps, ThreadPool& pool) {
  const auto place = tests_.find({target, steps});
  if (place != tests_.end()) return place->second;
  const std::int64_t base = target - steps;
  displace(frame(base).flow, nullptr, steps, pool, &test_displacements_,
           pace(base + 1, target, base));
  SourceTest result;
  if (!spare_tests_.empty()) {
    result = std::move(spare_tests_.back());
    spare_tests_.pop_back();
  }
  test_sources(pictures_of(base), test_displacements_, frame(target).picture.whole, pool, &result);
  return tests_.emplace(std::pair(target, steps), std::move(result)).first->second;
}

void MotionStream::find_unevenness() {
  const bool was = uneven_;
  uneven_ = frames_.size() > 3 &&
            is_uneven(frames_[frames_.size() - 2].pace, frames_[frames_.size() - 1].pace);
  if (uneven_ == was) return;
  forget_tests([](std::int64_t, int) { return true; });  // pace() has changed
}

// Mean length of steps first..last, in that of step `unit`; a step is known by the frame it leads
// to.
float MotionStream::pace(std::int64_t first, std::int64_t last, std::int64_t unit) {
  if (!uneven_) return 1;
  float sum = 0;
  for (std::int64_t step = first; step <= last; ++step) {
    float change = 0;  // its logarithm
    for (std::int64_t i = unit + 1; i <= step; ++i) change += frame(i).pace;
    for (std::int64_t i = step + 1; i <= unit; ++i) change -= frame(i).pace;
    sum += std::exp2(change);
  }
  return sum / static_cast<float>(last - first + 1);
}

int MotionStream::longest_test(int k) const {
  return static_cast<int>(std::min<std::int64_t>(k, history_.newest() - history_.oldest() - 1));
}

// As Blend::faded_evidence within its context.
const Learnt& MotionStream::learn(int k) {
  const auto longest = static_cast<std::size_t>(longest_test(k));
  if (longest >= learnt_.size()) learnt_.resize(longest + 1);
  auto& [made, learnt] = learnt_[longest];
  if (made) return learnt;
  float factor = 1;
  for (std::int64_t target = history_.newest(); target >= history_.oldest() + 2; --target) {
    const auto steps = std::min<std::int64_t>(k, target - history_.oldest() - 1);
    const SourceTest& one = test(target, static_cast<int>(steps));
    if (target == history_.newest()) {
      learnt.tests = one;
    } else {
      learnt.tests.add(one, factor);
    }
    factor *= kFading;
  }
  learn_from_tests(pool_, &learnt);
  made = true;
  return learnt;
}

void MotionStream::prepare_plans() {
  if (ready_to_plan_) return;
  for (auto& [made, learnt] : learnt_) made = false;
  if (frames_.size() > 1) read_unmoved(pictures_of_newest(), pool_, &unmoved_sources_);
  if (learns()) {
    find_changes();
    describe_unmoved();
  }
  ready_to_plan_ = true;
}

void MotionStream::find_changes() {
  const std::int64_t newest = history_.newest();
  smooth_change_ = frame(newest).change;
  smooth_cells(&smooth_change_);
  change_before_.resize(columns(), rows());
  if (frames_.size() < 4) {
    std::fill(change_before_.uv.begin(), change_before_.uv.end(), 0.0f);
    accelerated_error_.assign(static_cast<std::size_t>(columns()) * rows(), 0);
    return;
  }
  CellField before = frame(newest - 1).change;
  bring_along(before, frame(newest).flow, &change_before_);
  smooth_cells(&before);
  displace(frame(newest - 1).flow, &before, 1, pool_, &test_displacements_);
  std::vector<float> around, moved_around;
  errors_around(test_source(pictures_of(newest - 1), test_displacements_, kAccelerated,
                            frame(newest).picture.whole, pool_),
                columns(), rows(), &around);
  errors_around(test(newest, 1).moved, columns(), rows(), &moved_around);
  accelerated_error_.resize(around.size());
  for (std::size_t i = 0; i < around.size(); ++i) {
    accelerated_error_[i] = log_energy(around[i]) - log_energy(moved_around[i]);
  }
}

// The weights are learnt where things were; they move along with them.
void MotionStream::weigh(MotionPlan* plan) {
  plan->weights.resize(columns(), rows());
  if (!learns()) {
    const Float4 moved = {1, 0, 0, 0};
    std::fill(plan->weights.pixels.begin(), plan->weights.pixels.end(), moved);
    plan->gate.assign(plan->weights.pixels.size(), 0);
    return;
  }
  const Learnt& learnt = learn(plan->k);
  plan->gate = learnt.gate;
  const CellField& settled = plan->displacements.settled;
  parallel_bands(pool_, rows(), [&](int begin, int end) {
    std::vector<float> x(static_cast<std::size_t>(columns())), y(x.size());
    for (int row = begin; row < end; ++row) {
      const float* moved = settled.at(row, 0);
      for (std::size_t i = 0; i < x.size(); ++i) {
        x[i] = static_cast<float>(i) + moved[2 * i] / kCell;
        y[i] = static_cast<float>(row) + moved[2 * i + 1] / kCell;
      }
      cpu::kernels().read_pixels({reinterpret_cast<const float*>(learnt.weights.pixels.data()),
                                  columns(), rows(), x.data(), y.data(), 1, 0, columns(),
                                  reinterpret_cast<float*>(plan->weights.row(row))});
    }
  });
}

void MotionStream::plan(int k) {
  prepare_plans();
  Horizon& horizon = horizons_[k];
  if (horizon.planned) return;
  horizon.plan.k = k;
  if (frames_.size() > 1) {  // else it copies
    displace(frames_.back().flow, learns() ? &smooth_change_ : nullptr, k, pool_,
             &horizon.plan.displacements,
             // Steps to come are taken to be as long as those seen in the mean.
             pace(history_.oldest() + 1, history_.newest(), history_.newest()));
    weigh(&horizon.plan);
  }
  horizon.planned = true;
}

void MotionStream::describe_unmoved() {
  const std::ptrdiff_t row_step = std::ptrdiff_t{columns()} * kMotionChannels;
  unmoved_features_.assign(static_cast<std::size_t>(row_step * rows()), 0);
  const SourcePictures pictures = pictures_of_newest();
  const CellField& flow = *pictures.flow;
  const CellField& change = frame(history_.newest()).change;
  const Displacements none;  // unmoved sources need none
  parallel_bands(pool_, rows(), [&](int begin, int end) {
    std::vector<Float4> scratch;
    for (int row = begin; row < end; ++row) {
      float* cells = unmoved_features_.data() + row * row_step;
      describe_pixels(pictures.base->whole, row, columns(), cells);
      describe_sources(pictures, none, row, kUnmovedSources, &scratch, cells);
      for (int column = 0; column < columns(); ++column) {
        float* cell = cells + column * kMotionChannels;
        for (int c = 0; c < 2; ++c) {
          cell[kFlowChannels + c] = flow.at(row, column)[c] / 8;
          cell[kChangeChannels + c] = change.at(row, column)[c] / 8;
          cell[kChangeBeforeChannels + c] = change_before_.at(row, column)[c] / 8;
        }
        const auto i = static_cast<std::size_t>(row) * columns() + column;
        cell[kAcceleratedErrorChannel] = accelerated_error_[i];
      }
    }
  });
}

void MotionStream::features(int k, float* out, std::ptrdiff_t row_step) {
  const MotionPlan& plan = horizons_.at(k).plan;
  const Learnt& learnt = learn(plan.k);
  const SourcePictures pictures = pictures_of_newest();
  const float horizon = 0.5f * std::log2(static_cast<float>(plan.k));
  parallel_bands(pool_, rows(), [&](int begin, int end) {
    std::vector<Float4> scratch;
    for (int row = begin; row < end; ++row) {
      float* cells = out + row * row_step;
      const std::ptrdiff_t values = std::ptrdiff_t{columns()} * kMotionChannels;
      std::copy_n(unmoved_features_.data() + row * values, values, cells);
      describe_sources(pictures, plan.displacements, row, kAllSources & ~kUnmovedSources, &scratch,
                       cells);
      for (int column = 0; column < columns(); ++column) {
        const auto i = static_cast<std::size_t>(row) * columns() + column;
        float* cell = cells + column * kMotionChannels;
        for (std::size_t s = 0; s < kCandidates; ++s) {
          cell[kWeightChannels + s] = plan.weights.pixels[i][static_cast<int>(s)];
          cell[kErrorChannels + s] = learnt.errors_around[s][i];
        }
        cell[kMovedAroundChannel] = learnt.moved_around[i];
        cell[kMovedChannel] = learnt.moved[i];
        cell[kHorizonChannel] = horizon;
      }
    }
  });
}

bool MotionStream::answered(int k) const {
  const auto place = horizons_.find(k);
  return place != horizons_.end() && place->second.answered;
}

void MotionStream::answer(int k, const float* channels, std::ptrdiff_t row_step) {
  Horizon& horizon = horizons_.at(k);
  if (frames_.size() > 1) {
    decode_mixture(mix_pictures(), horizon.plan, channels, row_step, pool_, &horizon.mixture);
  }
  horizon.answered = true;
}

template <typename Put>
void MotionStream::mix(int k, const Put& put) {
  const FloatPicture& newest = frames_.back().picture.whole;
  if (frames_.size() == 1 || k == 0) {
    parallel_bands(pool_, options_.height, [&](int begin, int end) {
      for (int y = begin; y < end; ++y) put(y, newest.row(y));
    });
    return;
  }
  const MixPictures pictures = mix_pictures();
  const Horizon& horizon = horizons_.at(k);
  // Before three frames nothing is known of where a network may change anything: the gate is shut.
  const Sharpening sharpening{options_.sharpen, &horizon.plan.gate};
  parallel_bands(pool_, options_.height, [&](int begin, int end) {
    PredictedRows rows(pictures, horizon.mixture, sharpening);
    for (int y = begin; y < end; ++y) put(y, rows.row(y));
  });
}

void MotionStream::predict(int k, const MutableFrameView& future) {
  mix(k, [&](int y, const Float4* line) {
    cpu::kernels().pack_pixels({reinterpret_cast<const float*>(line), future.width,
                                future.order == PixelOrder::kRgb, future.data + y * future.stride});
  });
}

void MotionStream::predict(int k, FloatPicture* future) {
  future->resize(options_.width, options_.height);
  mix(k,
      [&](int y, const Float4* line) { std::copy(line, line + options_.width, future->row(y)); });
}

void MotionStream::gradient(int k, const float* channels, std::ptrdiff_t row_step,
                            const FloatPicture& future, float* out) {
  const Horizon& horizon = horizons_.at(k);
  mixture_gradient(mix_pictures(), horizon.plan, channels, row_step, horizon.mixture, future, out);
}

}  // namespace stip
