// From evidence to weights.
#include <algorithm>

#include "motion/evidence.h"
#include "motion/parallel_rows.h"
#include "ops/cpu/kernels.h"

namespace stip {
namespace {

constexpr std::size_t kPlanes = Evidence::kPlanes;
constexpr double kRidge = 0.02;    // of the trace
constexpr double kSmoothing = 8;   // pixels
constexpr double kNothing = 1e-6;  // keeps cells without any evidence solvable: weight zero

// Boxes of 31 and 187 pixels, in cells: the nearest odd number.
constexpr int kNearRadius = (31 / kCell - 1) / 2;
constexpr int kFarRadius = (187 / kCell) / 2;

static_assert(kCandidates == 4 && kPlanes == 14);
using Sums = std::array<double, cpu::kCellSums>;  // the last two are zero

// Column sums over rows y - radius .. y + radius, kept while y grows.
class ColumnSums {
 public:
  ColumnSums(const Evidence& evidence, int radius)
      : evidence_(evidence), radius_(radius), sums_(static_cast<std::size_t>(evidence.columns)) {
    for (int y = 0; y < std::min(radius, evidence.rows); ++y) change(y, 1);
  }

  // To be called for y = 0, 1, 2 ...
  void enter(int y) {
    if (y + radius_ < evidence_.rows) change(y + radius_, 1);
    if (y - radius_ > 0) change(y - radius_ - 1, -1);
  }

  // out[x] += factor * mean over the part of the box around (x, y) that is inside.
  void add_means(int y, double factor, std::vector<Sums>* out) const {
    const int columns = evidence_.columns;
    const int box_rows = std::min(y + radius_, evidence_.rows - 1) - std::max(y - radius_, 0) + 1;
    Sums window{};
    for (int x = 0; x < std::min(radius_, columns); ++x) accumulate(x, 1, &window);
    for (int x = 0; x < columns; ++x) {
      if (x + radius_ < columns) accumulate(x + radius_, 1, &window);
      if (x - radius_ > 0) accumulate(x - radius_ - 1, -1, &window);
      const int box_columns = std::min(x + radius_, columns - 1) - std::max(x - radius_, 0) + 1;
      const double scale = factor / (static_cast<double>(box_rows) * box_columns);
      Sums& sums = (*out)[static_cast<std::size_t>(x)];
      for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += scale * window[i];
    }
  }

 private:
  void change(int y, double sign) {
    const Evidence::Cell* row =
        evidence_.cells.data() + static_cast<std::ptrdiff_t>(evidence_.columns) * y;
    for (std::size_t x = 0; x < sums_.size(); ++x) {
      for (std::size_t i = 0; i < kPlanes; ++i) sums_[x][i] += sign * double{row[x][i]};
    }
  }

  void accumulate(int x, double sign, Sums* window) const {
    const Sums& column = sums_[static_cast<std::size_t>(x)];
    for (std::size_t i = 0; i < column.size(); ++i) (*window)[i] += sign * column[i];
  }

  const Evidence& evidence_;
  int radius_;
  std::vector<Sums> sums_;
};

Sums whole_mean(const Evidence& evidence) {
  Sums mean{};
  for (const Evidence::Cell& cell : evidence.cells) {
    for (std::size_t i = 0; i < kPlanes; ++i) mean[i] += double{cell[i]};
  }
  for (double& value : mean) value /= static_cast<double>(evidence.cells.size());
  return mean;
}

// Where evidence is little, the far box and the whole frame rule: means of the near box are small
// there.
FloatPicture solve_cells(const Evidence& evidence) {
  FloatPicture weights;
  weights.resize(evidence.columns, evidence.rows);
  const Sums whole = whole_mean(evidence);
  ColumnSums near(evidence, kNearRadius);
  ColumnSums far(evidence, kFarRadius);
  std::vector<Sums> pooled(static_cast<std::size_t>(evidence.columns));
  for (int y = 0; y < evidence.rows; ++y) {
    near.enter(y);
    far.enter(y);
    Sums start = whole;
    for (double& value : start) value *= 0.2;
    std::fill(pooled.begin(), pooled.end(), start);
    near.add_means(y, 1, &pooled);
    far.add_means(y, 0.3, &pooled);
    cpu::SolveCells cells;
    cells.sums = pooled.data()->data();
    cells.count = evidence.columns;
    cells.ridge = kRidge;
    cells.least = kNothing;
    cells.low = -0.3f;
    cells.high = 1.2f;
    cells.out = reinterpret_cast<float*>(weights.row(y));
    cpu::kernels().solve_cells(cells);
  }
  return weights;
}

// Bilinear between the cells' centres.
void enlarge(const FloatPicture& cells, int width, int height, int threads, FloatPicture* out) {
  out->resize(width, height);
  const auto place = [](int pixel, int last) {
    const float at = (static_cast<float>(pixel) + 0.5f) / kCell - 0.5f;
    return std::clamp(at, 0.0f, static_cast<float>(last));
  };
  parallel_rows(threads, height, [&](int begin, int end) {
    for (int y = begin; y < end; ++y) {
      const float at_y = place(y, cells.height - 1);
      const int top = static_cast<int>(at_y);
      const Float4* upper = cells.row(top);
      const Float4* lower = cells.row(std::min(top + 1, cells.height - 1));
      const float part_y = at_y - static_cast<float>(top);
      for (int x = 0; x < width; ++x) {
        const float at_x = place(x, cells.width - 1);
        const int left = static_cast<int>(at_x);
        const int right = std::min(left + 1, cells.width - 1);
        const float part_x = at_x - static_cast<float>(left);
        const Float4 a = upper[left] + (upper[right] - upper[left]) * part_x;
        const Float4 b = lower[left] + (lower[right] - lower[left]) * part_x;
        out->row(y)[x] = a + (b - a) * part_y;
      }
    }
  });
}

}  // namespace

void solve_cell_weights(const Evidence& evidence, int threads, FloatPicture* out) {
  blur(solve_cells(evidence), kSmoothing / kCell, threads, out);
}

void solve_weights(const Evidence& evidence, int width, int height, int threads,
                   FloatPicture* out) {
  FloatPicture smooth;
  solve_cell_weights(evidence, threads, &smooth);
  enlarge(smooth, width, height, threads, out);
}

}  // namespace stip
