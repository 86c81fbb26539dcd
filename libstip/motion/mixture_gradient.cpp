#include <algorithm>

#include "motion/mixture_grid.h"

namespace stip {
namespace {

Float4 lerp(const Float4& a, const Float4& b, float part) { return a + (b - a) * part; }

float dot(const Float4& a, const Float4& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

// Adds `value`, weighed as it was read, to the four points it was read from.
void spread(const Between& h, const Between& v, const Float4& value, FloatPicture* grid) {
  const Float4 upper = value * (1 - v.part);
  const Float4 lower = value * v.part;
  grid->row(v.low)[h.low] += upper * (1 - h.part);
  grid->row(v.low)[h.high] += upper * h.part;
  grid->row(v.high)[h.low] += lower * (1 - h.part);
  grid->row(v.high)[h.high] += lower * h.part;
}

// The cells around a place between pixels.
Between between_cells(float place, int cells) {
  const float at = (place + 0.5f) / kCell - 0.5f;
  const float inside = std::clamp(at, 0.0f, static_cast<float>(cells - 1));
  const int low = static_cast<int>(inside);
  return {low, std::min(low + 1, cells - 1), inside - static_cast<float>(low)};
}

struct Gradients {
  FloatPicture weights;  // of Mixture::weights and ground
  FloatPicture ground;
  FloatPicture shift;  // (x, y) of each cell

  Gradients(int columns, int rows) {
    weights.resize(2 * columns, 2 * rows);
    ground.resize(2 * columns, 2 * rows);
    shift.resize(columns, rows);
    for (FloatPicture* grid : {&weights, &ground, &shift}) {
      std::fill(grid->pixels.begin(), grid->pixels.end(), Float4{});
    }
  }
};

// From a row of pixels to the points around them, and to the cells by way of the sharp sources.
void take_row(const MixPictures& pictures, const Mixture& mixture, int y, const Float4* gradient,
              std::vector<Float4>* scratch, Gradients* grids) {
  const FloatPicture& base = pictures.sources.base->whole;
  const int width = base.width;
  scratch->resize(static_cast<std::size_t>(kMotionSources * width));
  Float4* sources = scratch->data();
  read_sources(pictures.sources, mixture.displacements, {y, 0, 1, width}, kReadSharpSources,
               sources);
  std::copy_n(pictures.unmoved->aligned.row(y), width, sources + kAligned * width);
  const Between v = between_points(y, mixture.weights.height, 2);
  const Between cell_v = between_points(y, grids->shift.height, kCell);
  SourceSlopes slopes[kMotionSources];
  for (int x = 0; x < width; ++x) {
    const Between h = between_points(x, mixture.weights.width, 2);
    const Float4* upper = mixture.weights.row(v.low);
    const Float4* lower = mixture.weights.row(v.high);
    const Float4 weights = lerp(lerp(upper[h.low], upper[h.high], h.part),
                                lerp(lower[h.low], lower[h.high], h.part), v.part);
    const Float4 given = gradient[x];
    const Float4 copy = base.row(y)[x];
    read_slopes(pictures.sources, mixture.displacements, static_cast<float>(x),
                static_cast<float>(y), slopes);
    Float4 by_weight{};
    Float4 by_shift{};
    for (int i = 0; i < 4; ++i) {
      const MotionSource source = kSharpSources[i];
      by_weight[i] = dot(given, sources[source * width + x] - copy);
      by_shift[0] += weights[i] * dot(given, slopes[source].x);
      by_shift[1] += weights[i] * dot(given, slopes[source].y);
    }
    spread(h, v, by_weight, &grids->weights);
    spread(h, v, Float4{given[0], given[1], given[2], -dot(given, copy)}, &grids->ground);
    spread(between_points(x, grids->shift.width, kCell), cell_v, by_shift, &grids->shift);
  }
}

// From a point (sources[source * points] are the smooth ones there) to its cell's channels, and to
// the cells around by way of the smooth sources.
void take_point(const MixPictures& pictures, const MotionPlan& plan, const float* channels,
                const Mixture& mixture, int y, int x, const Float4* sources, Gradients* grids,
                float* cell) {
  float weights[kMotionSources];
  point_weights(plan, channels, y, x, weights);
  const Float4 by_ground = grids->ground.row(y)[x];
  float by_weight[kMotionSources];
  for (int i = 0; i < 4; ++i) by_weight[kSharpSources[i]] = grids->weights.row(y)[x][i];
  SourceSlopes slopes[kMotionSources];
  read_slopes(pictures.sources, mixture.displacements, point_place(x), point_place(y), slopes);
  Float4 by_shift{};
  for (const MotionSource source : kSmoothOnes) {
    by_weight[source] = dot(by_ground, sources[source * mixture.weights.width]) + by_ground[3];
    by_shift[0] += weights[source] * dot(by_ground, slopes[source].x);
    by_shift[1] += weights[source] * dot(by_ground, slopes[source].y);
  }
  spread(between_cells(point_place(x), grids->shift.width),
         between_cells(point_place(y), grids->shift.height), by_shift, &grids->shift);
  const float gate = plan.gate[std::size_t(y / 2 * plan.weights.width + x / 2)];
  const int point = 2 * (y % 2) + x % 2;
  for (int i = 0; i < kMotionSources; ++i) {
    cell[point * kMotionSources + i] = kWeightScale * gate * by_weight[i];
  }
  for (int c = 0; c < 3; ++c) {
    cell[kResidualChannel + 3 * point + c] = kResidualScale * gate * by_ground[c];
  }
}

}  // namespace

void mixture_gradient(const MixPictures& pictures, const MotionPlan& plan, const float* channels,
                      std::ptrdiff_t row_step, const Mixture& mixture, const FloatPicture& gradient,
                      float* out) {
  const int columns = plan.weights.width;
  const int rows = plan.weights.height;
  Gradients grids(columns, rows);
  std::vector<Float4> scratch;
  for (int y = 0; y < gradient.height; ++y) {
    take_row(pictures, mixture, y, gradient.row(y), &scratch, &grids);
  }
  std::fill(out, out + std::ptrdiff_t{columns} * rows * kMotionChannels, 0.0f);
  scratch.resize(static_cast<std::size_t>(kMotionSources * 2 * columns));
  for (int y = 0; y < 2 * rows; ++y) {
    read_smooth_sources(pictures.sources, mixture.displacements, y, 2 * columns, kSmoothSources,
                        scratch.data());
    for (int x = 0; x < 2 * columns; ++x) {
      take_point(pictures, plan, channels + y / 2 * row_step, mixture, y, x, scratch.data() + x,
                 &grids, out + std::ptrdiff_t{y / 2 * columns + x / 2} * kMotionChannels);
    }
  }
  for (int i = 0; i < columns * rows; ++i) {
    float* cell = out + std::ptrdiff_t{i} * kMotionChannels;
    const Float4 shift = grids.shift.pixels[static_cast<std::size_t>(i)];
    const float scale = kShiftScale * plan.gate[static_cast<std::size_t>(i)];
    for (int c = 0; c < 2; ++c) cell[kShiftChannel + c] = scale * shift[c];
  }
}

}  // namespace stip
