#include "motion/motion_stream.h"

#include <algorithm>
#include <cmath>

#include "motion/parallel_rows.h"
#include "ops/cpu/kernels.h"

namespace stip {
namespace {

constexpr float kFading = 0.7f;  // of tests, a frame into the past
constexpr float kMovedHalf =
    0.5f;                        // summed squared error of copying at which the gate is half open
constexpr int kErrorRadius = 2;  // cells
constexpr int kNearRadius = 3;
constexpr int kFarRadius = 23;

float log_energy(float energy) { return 0.5f * std::log(std::max(energy, 0.0f) + 0.25f); }

float brightness(const Float4& pixel) {
  return 0.114f * pixel[0] + 0.587f * pixel[1] + 0.299f * pixel[2];
}

// Squared error of source i: t^2 - 2 d_i t + d_i^2.
std::vector<float> errors_of(const SourceTest& test, int i) {
  const int square = i * kCandidates - i * (i - 1) / 2;  // where d_i d_i stands
  std::vector<float> errors(test.moved.size());
  for (std::size_t cell = 0; cell < errors.size(); ++cell) {
    const Evidence::Cell& e = test.evidence.cells[cell];
    errors[cell] = test.moved[cell] - 2 * e[std::size_t(Evidence::kProducts + i)] +
                   e[static_cast<std::size_t>(square)];
  }
  return errors;
}

// Of which sources features() has the mean difference.
bool has_mean(int source) { return source < kCandidates || source == kAccelerated; }

std::vector<float> gate_of(const std::vector<float>& moved, int columns, int rows) {
  std::vector<float> near, far;
  box_means(moved, columns, rows, kNearRadius, &near);
  box_means(moved, columns, rows, kFarRadius, &far);
  double whole = 0;
  for (const float value : moved) whole += double{value};
  whole /= static_cast<double>(moved.size());
  std::vector<float> gate(moved.size());
  for (std::size_t i = 0; i < gate.size(); ++i) {
    const float all = near[i] + 0.3f * far[i] + 0.2f * static_cast<float>(whole);
    gate[i] = all / (all + kMovedHalf);
  }
  return gate;
}

}  // namespace

MotionStream::MotionStream(const Options& options, ThreadPool& pool)
    : options_(options),
      pool_(pool),
      history_(options.width, options.height, std::max(options.context, 2), FlowPreset::kFast, 1) {}

void MotionStream::push(const FrameView& given) {
  history_.push(given);
  Frame frame;
  if (frames_.size() == static_cast<std::size_t>(std::max(options_.context, 2))) {
    frame = std::move(frames_.front());  // its memory serves again
    frames_.pop_front();
  }
  history_.picture(history_.newest(), &frame.picture.whole);
  smooth(&frame.picture, pool_);
  frames_.push_back(std::move(frame));
  if (frames_.size() > 1) {
    cell_flow(history_.flow(history_.newest()), &frames_.back().flow);
    align(pictures_of(history_.newest()), pool_, &frames_.back().history);
    mix_history(frames_.back().picture.whole, pool_, &frames_.back().history);
  }
  // A test needs its base and the frame before it.
  for (auto place = tests_.begin(); place != tests_.end();) {
    const auto [target, steps] = place->first;
    place = target - steps - 1 < history_.oldest() ? tests_.erase(place) : std::next(place);
  }
  horizon_count_ = 0;
}

void MotionStream::clear() {
  history_.clear();
  frames_.clear();
  tests_.clear();
  horizon_count_ = 0;
}

SourcePictures MotionStream::pictures_of(std::int64_t base) {
  Frame& previous = frame(base - 1);
  return {&frame(base).picture, &previous.picture.whole, &previous.picture.whole,
          &frame(base).flow};
}

SourcePictures MotionStream::pictures_of_newest() {
  SourcePictures pictures = pictures_of(history_.newest());
  if (learns()) pictures.history = &frame(history_.newest() - 1).history;
  return pictures;
}

const SourceTest& MotionStream::test(std::int64_t target, int steps) {
  const auto place = tests_.find({target, steps});
  if (place != tests_.end()) return place->second;
  const std::int64_t base = target - steps;
  Displacements displacements;
  displace(frame(base).flow, nullptr, steps, pool_, &displacements);
  return tests_
      .emplace(std::pair(target, steps),
               test_sources(pictures_of(base), displacements, frame(target).picture.whole, pool_))
      .first->second;
}

int MotionStream::longest_test(int k) const {
  return static_cast<int>(std::min<std::int64_t>(k, history_.newest() - history_.oldest() - 1));
}

// As Blend::faded_evidence within its context.
const MotionStream::Learnt& MotionStream::learn(int k) {
  const int longest = longest_test(k);
  const auto place = learnt_.find(longest);
  if (place != learnt_.end()) return place->second;
  Learnt learnt;
  float factor = 1;
  for (std::int64_t target = history_.newest(); target >= history_.oldest() + 2; --target) {
    const auto steps = std::min<std::int64_t>(k, target - history_.oldest() - 1);
    learnt.tests.add(test(target, static_cast<int>(steps)), factor);
    factor *= kFading;
  }
  const auto around = [&](const std::vector<float>& plane, std::vector<float>* out) {
    box_means(plane, columns(), rows(), kErrorRadius, out);
  };
  pool_.run(3 + kCandidates, [&](int task, int) {
    if (task == 0) solve_cell_weights(learnt.tests.evidence, 1, &learnt.weights);
    if (task == 1) learnt.gate = gate_of(learnt.tests.moved, columns(), rows());
    if (task == 2) around(learnt.tests.moved, &learnt.moved_around);
    const int source = task - 3;
    if (source < 0) return;
    around(errors_of(learnt.tests, source),
           &learnt.errors_around[static_cast<std::size_t>(source)]);
  });
  return learnt_.emplace(longest, std::move(learnt)).first->second;
}

void MotionStream::start() {
  horizon_count_ = 0;
  learnt_.clear();
  if (frames_.size() > 1) align(pictures_of_newest(), pool_, &aligned_);
  if (!learns()) return;
  find_changes();
  describe_unmoved();
}

void MotionStream::find_changes() {
  const std::int64_t newest = history_.newest();
  flow_change(frame(newest).flow, frame(newest - 1).flow, &change_);
  smooth_change_ = change_;
  smooth_cells(&smooth_change_);
  change_before_.resize(columns(), rows());
  if (frames_.size() < 4) {
    std::fill(change_before_.uv.begin(), change_before_.uv.end(), 0.0f);
    accelerated_error_.assign(static_cast<std::size_t>(columns()) * rows(), 0);
    return;
  }
  CellField before;
  flow_change(frame(newest - 1).flow, frame(newest - 2).flow, &before);
  bring_along(before, frame(newest).flow, &change_before_);
  smooth_cells(&before);
  Displacements displacements;
  displace(frame(newest - 1).flow, &before, 1, pool_, &displacements);
  std::vector<float> around, moved_around;
  box_means(test_source(pictures_of(newest - 1), displacements, kAccelerated,
                        frame(newest).picture.whole, pool_),
            columns(), rows(), kErrorRadius, &around);
  box_means(test(newest, 1).moved, columns(), rows(), kErrorRadius, &moved_around);
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
  FlowField cells;
  cells.width = columns();
  cells.height = rows();
  cells.uv.resize(settled.uv.size());
  for (std::size_t i = 0; i < cells.uv.size(); ++i) cells.uv[i] = settled.uv[i] / kCell;
  warp(learnt.weights, cells, 1, &plan->weights);
}

void MotionStream::advance() {
  if (horizons_.size() == horizon_count_) horizons_.emplace_back();
  MotionPlan& plan = horizons_[horizon_count_].plan;
  ++horizon_count_;
  plan.k = static_cast<int>(horizon_count_);
  if (frames_.size() == 1) return;  // copies
  displace(frames_.back().flow, learns() ? &smooth_change_ : nullptr, plan.k, pool_,
           &plan.displacements);
  weigh(&plan);
}

// Of each source the energy of its difference to the base frame, and its mean.
void MotionStream::describe_sources(const Displacements& displacements, int row, SourceSet which,
                                    float* out, std::vector<Float4>* scratch) {
  const SourcePictures pictures = pictures_of_newest();
  const FloatPicture& base = pictures.base->whole;
  const int count = columns();
  scratch->resize(static_cast<std::size_t>(kMotionSources * count));
  for (int y = row * kCell; y < (row + 1) * kCell; ++y) {
    const PixelRow line = sampled_row(y, count);
    read_sources(pictures, displacements, line, which, scratch->data());
    const Float4* copies = base.row(std::min(y, base.height - 1));
    for (int i = 0; i < kMotionSources; ++i) {
      if ((which & source_bit(static_cast<MotionSource>(i))) == 0) continue;
      const Float4* source = scratch->data() + i * count;
      for (int column = 0; column < count; ++column) {
        float* cell = out + column * kMotionChannels;
        const Float4 d =
            source[column] - copies[std::min(line.first + column * kCell, base.width - 1)];
        const Float4 squares = d * d;
        cell[4 + i] += (squares[0] + squares[1] + squares[2]) / kCell;
        if (has_mean(i)) cell[39 + i] += brightness(d) / (16 * kCell);
      }
    }
  }
}

void MotionStream::describe_pixels(int row, float* out) {
  const FloatPicture& base = frames_.back().picture.whole;
  for (int column = 0; column < columns(); ++column) {
    float* cell = out + column * kMotionChannels;
    float sum = 0;
    for (int p = 0; p < kCell * kCell; ++p) {
      const int y = std::min(row * kCell + p / kCell, base.height - 1);
      const int x = std::min(column * kCell + p % kCell, base.width - 1);
      cell[23 + p] = brightness(base.row(y)[x]);
      sum += cell[23 + p];
    }
    const float mean = sum / (kCell * kCell);
    for (int p = 0; p < kCell * kCell; ++p) cell[23 + p] = (cell[23 + p] - mean) / 16;
    cell[47] = mean / 128 - 1;
  }
}

void MotionStream::describe_unmoved() {
  const std::ptrdiff_t row_step = std::ptrdiff_t{columns()} * kMotionChannels;
  unmoved_.assign(static_cast<std::size_t>(row_step * rows()), 0);
  const CellField& flow = frames_.back().flow;
  const Displacements none{flow, flow, flow};
  parallel_bands(pool_, rows(), [&](int begin, int end) {
    std::vector<Float4> scratch;
    for (int row = begin; row < end; ++row) {
      float* line = unmoved_.data() + row * row_step;
      describe_pixels(row, line);
      describe_sources(none, row, kUnmovedSources, line, &scratch);
    }
  });
}

void MotionStream::features(float* out, std::ptrdiff_t row_step) {
  const MotionPlan& plan = horizons_[horizon_count_ - 1].plan;
  const Learnt& learnt = learn(plan.k);
  const CellField& flow = frames_.back().flow;
  const float horizon = 0.5f * std::log2(static_cast<float>(plan.k));
  parallel_bands(pool_, rows(), [&](int begin, int end) {
    std::vector<Float4> scratch;
    for (int row = begin; row < end; ++row) {
      float* line = out + row * row_step;
      const std::ptrdiff_t values = std::ptrdiff_t{columns()} * kMotionChannels;
      std::copy_n(unmoved_.data() + row * values, values, line);
      describe_sources(plan.displacements, row, kAllSources & ~kUnmovedSources, line, &scratch);
      for (int column = 0; column < columns(); ++column) {
        const auto i = static_cast<std::size_t>(row) * columns() + column;
        float* cell = line + column * kMotionChannels;
        const float around = log_energy(learnt.moved_around[i]);
        for (std::size_t s = 0; s < kCandidates; ++s) {
          cell[s] = plan.weights.pixels[i][static_cast<int>(s)];
          cell[12 + s] = log_energy(learnt.errors_around[s][i]) - around;
        }
        for (int s = 0; s < kMotionSources; ++s) cell[4 + s] = log_energy(cell[4 + s]);
        cell[16] = around;
        cell[17] = log_energy(learnt.tests.moved[i]);
        for (int c = 0; c < 2; ++c) {
          cell[18 + c] = flow.at(row, column)[c] / 8;
          cell[20 + c] = change_.at(row, column)[c] / 8;
          cell[43 + c] = change_before_.at(row, column)[c] / 8;
        }
        cell[45] = accelerated_error_[i];
        cell[22] = horizon;
      }
    }
  });
}

void MotionStream::answer(const float* channels, std::ptrdiff_t row_step) {
  if (frames_.size() == 1) return;
  Horizon& horizon = horizons_[horizon_count_ - 1];
  decode_mixture(pictures_of_newest(), horizon.plan, channels, row_step, pool_, &horizon.mixture);
}

template <typename Put>
void MotionStream::mix(int k, const Put& put) {
  const FloatPicture& newest = frames_.back().picture.whole;
  const bool copies = frames_.size() == 1;
  const MixPictures pictures = copies ? MixPictures{} : mix_pictures();
  const Mixture& mixture = horizons_[static_cast<std::size_t>(k - 1)].mixture;
  parallel_bands(pool_, options_.height, [&](int begin, int end) {
    std::vector<Float4> scratch;
    std::vector<Float4> line(static_cast<std::size_t>(options_.width));
    for (int y = begin; y < end; ++y) {
      if (copies) {
        put(y, newest.row(y));
      } else {
        mix_row(pictures, mixture, y, &scratch, line.data());
        put(y, line.data());
      }
    }
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
  const Horizon& horizon = horizons_[static_cast<std::size_t>(k - 1)];
  mixture_gradient(mix_pictures(), horizon.plan, channels, row_step, horizon.mixture, future, out);
}

}  // namespace stip
