#include "motion/mixture.h"

#include <algorithm>

#include "motion/mixture_grid.h"
#include "motion/parallel_rows.h"
#include "ops/cpu/kernels.h"

namespace stip {
namespace {

using UnalignedFloat4 = float __attribute__((vector_size(16), aligned(4), may_alias));

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

Float4 load(const float* from) { return *reinterpret_cast<const UnalignedFloat4*>(from); }

// Weights of all sources at a point, as point_weights() has them.
struct PointWeights {
  Float4 first;   // of kMoved, kMovedBlurred, kStillBlurred, kAligned
  Float4 second;  // of kMovedFaint, kStillFaint, kMovedPrevious, kAccelerated
  Float4 residual;

  PointWeights(const Float4& closed_form, float gate, const float* cell, int point)
      : first(closed_form), second{}, residual{} {
    if (cell == nullptr) return;
    const float* weights = cell + point * kMotionSources;
    first += load(weights) * (kWeightScale * gate);
    second += load(weights + 4) * (kWeightScale * gate);
    const float* colours = cell + kResidualChannel + 3 * point;
    residual = Float4{colours[0], colours[1], colours[2], 0} * (kResidualScale * gate);
  }
  Float4 sharp() const {
    static_assert(kSharpSources[0] == 0 && kSharpSources[1] == 3 && kSharpSources[2] == 6 &&
                  kSharpSources[3] == 7);
    return Float4{first[0], first[3], second[2], second[3]};
  }
  Float4 ground(const Float4& moved_blurred, const Float4& still_blurred, const Float4& moved_faint,
                const Float4& still_faint) const {
    static_assert(kMovedBlurred == 1 && kStillBlurred == 2 && kMovedFaint == 4 && kStillFaint == 5);
    Float4 sum = residual + moved_blurred * first[1] + still_blurred * first[2] +
                 moved_faint * second[0] + still_faint * second[1];
    sum[3] += first[1] + first[2] + second[0] + second[1];
    return sum;
  }
};

struct PointScratch {
  std::vector<Float4> sources;
  std::vector<Float4> closed_form;
};

// A row of points: weights, and what is smooth.
void decode_points(const MixPictures& pictures, const MotionPlan& plan, const float* channels,
                   int y, PointScratch* scratch, Mixture* out) {
  const int points = out->weights.width;
  scratch->sources.resize(static_cast<std::size_t>(kMotionSources * points));
  read_smooth_sources(pictures.sources, out->displacements, y, points,
                      kSmoothSources & ~kUnmovedSources, scratch->sources.data());
  between_rows(plan.weights.pixels.data(), plan.weights.width,
               between_points(y, plan.weights.height, 2), &scratch->closed_form);
  const Float4* closed_form = scratch->closed_form.data() + 1;
  const Float4* moved_blurred = scratch->sources.data() + kMovedBlurred * points;
  const Float4* moved_faint = scratch->sources.data() + kMovedFaint * points;
  const Float4* still_blurred = pictures.unmoved->still_blurred.row(y);
  const Float4* still_faint = pictures.unmoved->still_faint.row(y);
  const float* gates = plan.gate.data() + std::ptrdiff_t{plan.weights.width} * (y / 2);
  Float4* weights = out->weights.row(y);
  Float4* ground = out->ground.row(y);
  for (int x = 0; x < points; ++x) {
    // Points lie a quarter of a cell beside its centre.
    const int cell = x / 2, right = x % 2;
    const Float4* near = closed_form + cell - 1 + right;
    const PointWeights here(lerp(near[0], near[1], right == 0 ? 0.75f : 0.25f), gates[cell],
                            channels == nullptr ? nullptr : channels + cell * kMotionChannels,
                            2 * (y % 2) + right);
    weights[x] = here.sharp();
    ground[x] = here.ground(moved_blurred[x], still_blurred[x], moved_faint[x], still_faint[x]);
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

void read_unmoved(const SourcePictures& pictures, ThreadPool& pool, UnmovedSources* out) {
  const FloatPicture& base = pictures.base->whole;
  const int points = 2 * pictures.flow->columns;
  out->aligned.resize(base.width, base.height);
  for (FloatPicture* grid : {&out->still_blurred, &out->still_faint}) {
    grid->resize(points, 2 * pictures.flow->rows);
  }
  const Displacements none;  // unmoved sources need none
  parallel_bands(pool, base.height, [&](int begin, int end) {
    for (int y = begin; y < end; ++y) {
      read_source(pictures, none, {y, 0, 1, base.width}, kAligned, out->aligned.row(y));
    }
  });
  parallel_bands(pool, out->still_faint.height, [&](int begin, int end) {
    for (int y = begin; y < end; ++y) {
      read_smooth_source(pictures, none, y, points, kStillBlurred, out->still_blurred.row(y));
      read_smooth_source(pictures, none, y, points, kStillFaint, out->still_faint.row(y));
    }
  });
}

void decode_mixture(const MixPictures& pictures, const MotionPlan& plan, const float* channels,
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
    PointScratch scratch;
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
  row.sources[1] = floats(pictures.unmoved->aligned.row(y));
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
