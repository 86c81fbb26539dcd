#include "motion/mixture.h"

#include <algorithm>

#include "motion/mixture_grid.h"
#include "motion/parallel_rows.h"
#include "ops/cpu/kernels.h"

namespace stip {
namespace {

Float4 lerp(const Float4& a, const Float4& b, float part) { return a + (b - a) * part; }

const float* floats(const Float4* pixels) { return reinterpret_cast<const float*>(pixels); }

void add_shift_row(const MotionPlan& plan, const float* channels, int row, CellField* field) {
  for (int column = 0; column < field->columns; ++column) {
    const float* shift = channels + column * kMotionChannels + kShiftChannel;
    const float scale = kShiftScale * plan.gate[std::size_t(row * field->columns + column)];
    field->at(row, column)[0] += scale * shift[0];
    field->at(row, column)[1] += scale * shift[1];
  }
}

// A row of points: weights, and what is smooth.
void decode_points(const SourcePictures& pictures, const MotionPlan& plan, const float* channels,
                   int y, std::vector<Float4>* scratch, Mixture* out) {
  const int points = out->weights.width;
  scratch->resize(static_cast<std::size_t>(kMotionSources * points));
  const Float4* sources = scratch->data();
  read_smooth_sources(pictures, out->displacements, y, points, scratch->data());
  for (int x = 0; x < points; ++x) {
    float weights[kMotionSources];
    Float4 ground = point_weights(plan, channels, y, x, weights);
    for (int i = 0; i < 4; ++i) out->weights.row(y)[x][i] = weights[kSharpSources[i]];
    for (const MotionSource source : kSmoothOnes) {
      ground += sources[source * points + x] * weights[source];
      ground[3] += weights[source];
    }
    out->ground.row(y)[x] = ground;
  }
}

}  // namespace

Float4 point_weights(const MotionPlan& plan, const float* channels, int y, int x, float* weights) {
  const Between v = between_points(y, plan.weights.height, 2);
  const Between h = between_points(x, plan.weights.width, 2);
  const Float4* upper = plan.weights.row(v.low);
  const Float4* lower = plan.weights.row(v.high);
  const Float4 closed_form = lerp(lerp(upper[h.low], upper[h.high], h.part),
                                  lerp(lower[h.low], lower[h.high], h.part), v.part);
  for (int i = 0; i < kMotionSources; ++i) weights[i] = i < kCandidates ? closed_form[i] : 0;
  Float4 residual{};
  if (channels == nullptr) return residual;
  const float gate = plan.gate[std::size_t(y / 2 * plan.weights.width + x / 2)];
  const float* cell = channels + x / 2 * kMotionChannels;
  const int point = 2 * (y % 2) + x % 2;
  for (int i = 0; i < kMotionSources; ++i) {
    weights[i] += kWeightScale * gate * cell[point * kMotionSources + i];
  }
  for (int c = 0; c < 3; ++c) {
    residual[c] = kResidualScale * gate * cell[kResidualChannel + 3 * point + c];
  }
  return residual;
}

void align(const SourcePictures& pictures, ThreadPool& pool, FloatPicture* out) {
  const int width = pictures.previous->width;
  out->resize(width, pictures.previous->height);
  const Displacements none{*pictures.flow, *pictures.flow, *pictures.flow};
  parallel_bands(pool, out->height, [&](int begin, int end) {
    std::vector<Float4> line(static_cast<std::size_t>(kMotionSources * width));
    for (int y = begin; y < end; ++y) {
      read_sources(pictures, none, {y, 0, 1, width}, source_bit(kAligned), line.data());
      std::copy_n(line.data() + kAligned * width, width, out->row(y));
    }
  });
}

void decode_mixture(const SourcePictures& pictures, const MotionPlan& plan, const float* channels,
                    std::ptrdiff_t row_step, ThreadPool& pool, Mixture* out) {
  const int columns = plan.weights.width;
  const int rows = plan.weights.height;
  out->displacements = plan.displacements;
  for (FloatPicture* grid : {&out->weights, &out->ground}) grid->resize(2 * columns, 2 * rows);
  if (channels != nullptr) {
    for (int row = 0; row < rows; ++row) {
      for (CellField* field : {&out->displacements.settled, &out->displacements.accelerated,
                               &out->displacements.previous}) {
        add_shift_row(plan, channels + row * row_step, row, field);
      }
    }
  }
  parallel_bands(pool, 2 * rows, [&](int begin, int end) {
    std::vector<Float4> scratch;
    for (int y = begin; y < end; ++y) {
      decode_points(pictures, plan, channels == nullptr ? nullptr : channels + y / 2 * row_step, y,
                    &scratch, out);
    }
  });
}

void mix_row(const MixPictures& pictures, const Mixture& mixture, int y,
             std::vector<Float4>* scratch, Float4* out) {
  const FloatPicture& base = pictures.sources.base->whole;
  const int width = base.width;
  const int points = mixture.weights.width;
  scratch->resize(static_cast<std::size_t>(kMotionSources * width + 2 * points));
  Float4* sources = scratch->data();
  Float4* weights = sources + kMotionSources * width;
  Float4* ground = weights + points;
  read_sources(pictures.sources, mixture.displacements, {y, 0, 1, width}, kReadSharpSources,
               sources);
  const Between v = between_points(y, mixture.weights.height, 2);
  for (int x = 0; x < points; ++x) {
    weights[x] = lerp(mixture.weights.row(v.low)[x], mixture.weights.row(v.high)[x], v.part);
    ground[x] = lerp(mixture.ground.row(v.low)[x], mixture.ground.row(v.high)[x], v.part);
  }
  cpu::MixRow row;
  row.copies = floats(base.row(y));
  row.sources[0] = floats(sources + kMoved * width);
  row.sources[1] = floats(pictures.aligned->row(y));
  row.sources[2] = floats(sources + kMovedPrevious * width);
  row.sources[3] = floats(sources + kAccelerated * width);
  row.weights = floats(weights);
  row.ground = floats(ground);
  row.width = width;
  row.points = points;
  row.out = reinterpret_cast<float*>(out);
  cpu::kernels().mix_row(row);
}

}  // namespace stip
