#include "motion/mixture.h"

#include <algorithm>

namespace stip {
namespace {

constexpr int kPoints = 4;  // of a cell
constexpr float kWeightScale = 0.3f;
constexpr float kShiftScale = 4;
constexpr float kResidualScale = 8;
constexpr int kShiftChannel = kPoints * kMotionSources;
constexpr int kResidualChannel = kShiftChannel + 2;
static_assert(kResidualChannel + 3 * kPoints <= kMotionChannels);

// Two grid points and how far it is between them, for pixel x of a grid of one point in `pitch`.
struct Between {
  int low;
  int high;
  float part;
};

Between between_points(int pixel, int points, float pitch) {
  const float at = std::clamp((static_cast<float>(pixel) + 0.5f) / pitch - 0.5f, 0.0f,
                              static_cast<float>(points - 1));
  const int low = static_cast<int>(at);
  return {low, std::min(low + 1, points - 1), at - static_cast<float>(low)};
}

Float4 lerp(const Float4& a, const Float4& b, float part) { return a + (b - a) * part; }

void add_shift(const float* channels, std::ptrdiff_t row_step, const MotionPlan& plan,
               CellField* field) {
  for (int row = 0; row < field->rows; ++row) {
    for (int column = 0; column < field->columns; ++column) {
      const float* shift = channels + row * row_step + column * kMotionChannels + kShiftChannel;
      const float scale = kShiftScale * plan.gate[std::size_t(row * field->columns + column)];
      field->at(row, column)[0] += scale * shift[0];
      field->at(row, column)[1] += scale * shift[1];
    }
  }
}

// The closed form's weights at the grid's points: bilinear between cells.
void enlarge_weights(const FloatPicture& cells, FloatPicture* out) {
  for (int y = 0; y < out->height; ++y) {
    const Between v = between_points(y, cells.height, 2);
    for (int x = 0; x < out->width; ++x) {
      const Between h = between_points(x, cells.width, 2);
      const Float4* upper = cells.row(v.low);
      const Float4* lower = cells.row(v.high);
      out->row(y)[x] = lerp(lerp(upper[h.low], upper[h.high], h.part),
                            lerp(lower[h.low], lower[h.high], h.part), v.part);
    }
  }
}

void add_cell(const float* channels, float gate, int row, int column, Mixture* out) {
  for (int point = 0; point < kPoints; ++point) {
    const int y = 2 * row + point / 2;
    const int x = 2 * column + point % 2;
    const float* weights = channels + point * kMotionSources;
    const float* residual = channels + kResidualChannel + 3 * point;
    Float4& first = out->first.row(y)[x];
    Float4& second = out->second.row(y)[x];
    for (int i = 0; i < kCandidates; ++i) {
      first[i] += kWeightScale * gate * weights[i];
      second[i] = kWeightScale * gate * weights[kCandidates + i];
    }
    for (int c = 0; c < 3; ++c) out->residual.row(y)[x][c] = kResidualScale * gate * residual[c];
  }
}

// A row of the grids between their rows: first, second, residual.
void grid_rows(const Mixture& mixture, int y, Float4* out) {
  const int width = mixture.first.width;
  const Between v = between_points(y, mixture.first.height, 2);
  for (const FloatPicture* grid : {&mixture.first, &mixture.second, &mixture.residual}) {
    const Float4* upper = grid->row(v.low);
    const Float4* lower = grid->row(v.high);
    for (int x = 0; x < width; ++x) *out++ = lerp(upper[x], lower[x], v.part);
  }
}

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

// Gradients at the grids' points; `shift` has (x, y) for each cell.
struct GridGradients {
  FloatPicture first;
  FloatPicture second;
  FloatPicture residual;
  FloatPicture shift;

  GridGradients(int columns, int rows) {
    for (FloatPicture* grid : {&first, &second, &residual}) grid->resize(2 * columns, 2 * rows);
    shift.resize(columns, rows);
    for (FloatPicture* grid : {&first, &second, &residual, &shift}) {
      std::fill(grid->pixels.begin(), grid->pixels.end(), Float4{});
    }
  }
};

void add_row_gradients(const SourcePictures& pictures, const Mixture& mixture, int y,
                       const Float4* gradient, std::vector<Float4>* scratch, GridGradients* grids) {
  const FloatPicture& base = pictures.base->whole;
  const int width = base.width;
  const int points = mixture.first.width;
  scratch->resize(static_cast<std::size_t>(kMotionSources * width + 3 * points));
  Float4* sources = scratch->data();
  Float4* rows = sources + kMotionSources * width;
  read_sources(pictures, mixture.displacements, {y, 0, 1, width}, kMotionSources, sources);
  grid_rows(mixture, y, rows);
  const Between v = between_points(y, mixture.first.height, 2);
  const Between cell_v = between_points(y, grids->shift.height, kCell);
  SourceSlopes slopes[kMotionSources];
  for (int x = 0; x < width; ++x) {
    const Between h = between_points(x, points, 2);
    const Between cell_h = between_points(x, grids->shift.width, kCell);
    const Float4 weights[2] = {lerp(rows[h.low], rows[h.high], h.part),
                               lerp(rows[points + h.low], rows[points + h.high], h.part)};
    const Float4 given = gradient[x];
    read_slopes(pictures, mixture.displacements, x, y, slopes);
    Float4 by_weight[2] = {};
    Float4 by_shift{};
    for (int i = 0; i < kMotionSources; ++i) {
      by_weight[i / 4][i % 4] = dot(given, sources[i * width + x] - base.row(y)[x]);
      const float weight = weights[i / 4][i % 4];
      by_shift[0] += weight * dot(given, slopes[i].x);
      by_shift[1] += weight * dot(given, slopes[i].y);
    }
    spread(h, v, by_weight[0], &grids->first);
    spread(h, v, by_weight[1], &grids->second);
    spread(h, v, given, &grids->residual);
    spread(cell_h, cell_v, by_shift, &grids->shift);
  }
}

void collect_cell(const GridGradients& grids, float gate, int row, int column, float* out) {
  std::fill(out, out + kMotionChannels, 0.0f);
  for (int point = 0; point < kPoints; ++point) {
    const int y = 2 * row + point / 2;
    const int x = 2 * column + point % 2;
    for (int i = 0; i < kCandidates; ++i) {
      float* weights = out + point * kMotionSources;
      weights[i] = kWeightScale * gate * grids.first.row(y)[x][i];
      weights[kCandidates + i] = kWeightScale * gate * grids.second.row(y)[x][i];
    }
    for (int c = 0; c < 3; ++c) {
      out[kResidualChannel + 3 * point + c] = kResidualScale * gate * grids.residual.row(y)[x][c];
    }
  }
  for (int i = 0; i < 2; ++i) {
    out[kShiftChannel + i] = kShiftScale * gate * grids.shift.row(row)[column][i];
  }
}

}  // namespace

void decode_mixture(const MotionPlan& plan, const float* channels, std::ptrdiff_t row_step,
                    Mixture* out) {
  const int columns = plan.weights.width;
  const int rows = plan.weights.height;
  out->displacements = plan.displacements;
  for (FloatPicture* grid : {&out->first, &out->second, &out->residual}) {
    grid->resize(2 * columns, 2 * rows);
    std::fill(grid->pixels.begin(), grid->pixels.end(), Float4{});
  }
  enlarge_weights(plan.weights, &out->first);
  if (channels == nullptr) return;
  for (CellField* field :
       {&out->displacements.settled, &out->displacements.carried, &out->displacements.previous}) {
    add_shift(channels, row_step, plan, field);
  }
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      add_cell(channels + row * row_step + column * kMotionChannels,
               plan.gate[std::size_t(row * columns + column)], row, column, out);
    }
  }
}

void mix_row(const SourcePictures& pictures, const Mixture& mixture, int y,
             std::vector<Float4>* scratch, Float4* out) {
  const FloatPicture& base = pictures.base->whole;
  const int width = base.width;
  const int points = mixture.first.width;
  scratch->resize(static_cast<std::size_t>(kMotionSources * width + 3 * points));
  Float4* sources = scratch->data();
  Float4* rows = sources + kMotionSources * width;
  read_sources(pictures, mixture.displacements, {y, 0, 1, width}, kMotionSources, sources);
  grid_rows(mixture, y, rows);
  for (int x = 0; x < width; ++x) {
    const Between h = between_points(x, points, 2);
    const Float4 first = lerp(rows[h.low], rows[h.high], h.part);
    const Float4 second = lerp(rows[points + h.low], rows[points + h.high], h.part);
    const Float4 copy = base.row(y)[x];
    Float4 sum = copy + lerp(rows[2 * points + h.low], rows[2 * points + h.high], h.part);
    for (int i = 0; i < kCandidates; ++i) {
      sum += (sources[i * width + x] - copy) * first[i];
      sum += (sources[(kCandidates + i) * width + x] - copy) * second[i];
    }
    out[x] = sum;
  }
}

void mixture_gradient(const SourcePictures& pictures, const MotionPlan& plan,
                      const Mixture& mixture, const FloatPicture& gradient, float* out) {
  const int columns = plan.weights.width;
  const int rows = plan.weights.height;
  GridGradients grids(columns, rows);
  std::vector<Float4> scratch;
  for (int y = 0; y < gradient.height; ++y) {
    add_row_gradients(pictures, mixture, y, gradient.row(y), &scratch, &grids);
  }
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      const auto cell = static_cast<std::size_t>(row * columns + column);
      collect_cell(grids, plan.gate[cell], row, column, out + cell * kMotionChannels);
    }
  }
}

}  // namespace stip
