#include "motion/source_test.h"

#include <algorithm>

#include "motion/parallel_rows.h"

namespace stip {
namespace {

constexpr int kPlanes = Evidence::kPlanes;

float sum_of_colours(const Float4& value) { return value[0] + value[1] + value[2]; }

// Products of a cell's pixels, colours apart: as Evidence has them, the last one truth^2.
using Products = std::array<Float4, kPlanes + 1>;

// Adds one sampled row's products to the cells of a row.
void add_products(const Float4* sources, const FloatPicture& base, const FloatPicture& truth,
                  const PixelRow& row, Products* sums) {
  const int y = std::min(row.y, truth.height - 1);
  for (int i = 0; i < row.count; ++i) {
    const int x = std::min(row.first + i * row.step, truth.width - 1);
    const Float4 copy = base.row(y)[x];
    Float4 d[kCandidates];
    for (int s = 0; s < kCandidates; ++s) d[s] = sources[s * row.count + i] - copy;
    const Float4 t = truth.row(y)[x] - copy;
    Float4* sum = sums[i].data();
    for (int s = 0; s < kCandidates; ++s) {
      for (int l = s; l < kCandidates; ++l) *sum++ += d[s] * d[l];
    }
    for (int s = 0; s < kCandidates; ++s) *sum++ += d[s] * t;
    *sum += t * t;
  }
}

}  // namespace

void SourceTest::add(const SourceTest& other, float factor) {
  evidence.add(other.evidence, factor);
  moved.resize(other.moved.size());
  for (std::size_t i = 0; i < moved.size(); ++i) moved[i] += factor * other.moved[i];
}

void test_sources(const SourcePictures& pictures, const Displacements& displacements,
                  const FloatPicture& truth, ThreadPool& pool, SourceTest* out) {
  const int columns = cells_along(truth.width);
  const int rows = cells_along(truth.height);
  out->evidence.columns = columns;
  out->evidence.rows = rows;
  out->evidence.cells.resize(static_cast<std::size_t>(columns) * rows);
  out->moved.resize(out->evidence.cells.size());
  parallel_bands(pool, rows, [&](int begin, int end) {
    std::vector<Float4> sources(static_cast<std::size_t>(columns) * kCandidates);
    std::vector<Products> sums;
    for (int cell_row = begin; cell_row < end; ++cell_row) {
      sums.assign(static_cast<std::size_t>(columns), {});
      for (int y = cell_row * kCell; y < (cell_row + 1) * kCell; ++y) {
        const PixelRow row = sampled_row(y, columns);
        read_sources(pictures, displacements, row, kClosedFormSources, sources.data());
        add_products(sources.data(), pictures.base->whole, truth, row, sums.data());
      }
      for (int column = 0; column < columns; ++column) {
        const auto cell = static_cast<std::size_t>(cell_row) * columns + column;
        const Products& sum = sums[static_cast<std::size_t>(column)];
        for (std::size_t i = 0; i < kPlanes; ++i) {
          out->evidence.cells[cell][i] = sum_of_colours(sum[i]) / kCell;
        }
        out->moved[cell] = sum_of_colours(sum[kPlanes]) / kCell;
      }
    }
  });
}

std::vector<float> test_source(const SourcePictures& pictures, const Displacements& displacements,
                               MotionSource source, const FloatPicture& truth, ThreadPool& pool) {
  const int columns = cells_along(truth.width);
  const int rows = cells_along(truth.height);
  std::vector<float> errors(static_cast<std::size_t>(columns) * rows);
  parallel_bands(pool, rows, [&](int begin, int end) {
    std::vector<Float4> sources(static_cast<std::size_t>(columns) * kMotionSources);
    for (int y = begin * kCell; y < end * kCell; ++y) {
      const PixelRow row = sampled_row(y, columns);
      read_sources(pictures, displacements, row, source_bit(source), sources.data());
      const Float4* true_row = truth.row(std::min(y, truth.height - 1));
      for (int column = 0; column < columns; ++column) {
        const int x = std::min(row.first + column * row.step, truth.width - 1);
        const Float4 error = sources[source * columns + column] - true_row[x];
        errors[std::size_t(y / kCell * columns + column)] += sum_of_colours(error * error) / kCell;
      }
    }
  });
  return errors;
}

void box_means(const std::vector<float>& plane, int columns, int rows, int radius,
               std::vector<float>* out) {
  out->resize(plane.size());
  // Sums of columns over the box's rows, then a window along them; in double, as they are kept up
  // by adding and taking off.
  std::vector<double> sums(static_cast<std::size_t>(columns));
  const auto change = [&](int y, double sign) {
    if (y < 0 || y >= rows) return;
    const float* row = plane.data() + std::ptrdiff_t{columns} * y;
    for (int x = 0; x < columns; ++x) sums[static_cast<std::size_t>(x)] += sign * double{row[x]};
  };
  for (int y = 0; y < radius; ++y) change(y, 1);
  for (int y = 0; y < rows; ++y) {
    change(y + radius, 1);
    change(y - radius - 1, -1);
    const int box_rows = std::min(y + radius, rows - 1) - std::max(y - radius, 0) + 1;
    double window = 0;
    for (int x = 0; x < std::min(radius, columns); ++x) window += sums[static_cast<std::size_t>(x)];
    for (int x = 0; x < columns; ++x) {
      if (x + radius < columns) window += sums[static_cast<std::size_t>(x + radius)];
      if (x > radius) window -= sums[static_cast<std::size_t>(x - radius - 1)];
      const int box_columns = std::min(x + radius, columns - 1) - std::max(x - radius, 0) + 1;
      (*out)[static_cast<std::size_t>(y) * columns + x] =
          static_cast<float>(std::max(window, 0.0) / (double{1} * box_rows * box_columns));
    }
  }
}

}  // namespace stip
