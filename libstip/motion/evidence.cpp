#include "motion/evidence.h"

#include <algorithm>

#include "motion/parallel_rows.h"

namespace stip {
namespace {

constexpr int kPlanes = Evidence::kPlanes;
using Products = std::array<Float4, kPlanes>;

void add_products(const Candidates& candidates, const FloatPicture& truth, std::ptrdiff_t pixel,
                  Products* sums) {
  const auto at = static_cast<std::size_t>(pixel);
  const Float4 copy = candidates.base->pixels[at];
  std::array<Float4, kCandidates> d;
  for (std::size_t i = 0; i < kCandidates; ++i) d[i] = candidates.pictures[i]->pixels[at] - copy;
  const Float4 t = truth.pixels[at] - copy;
  std::size_t plane = 0;
  for (std::size_t i = 0; i < kCandidates; ++i) {
    for (std::size_t l = i; l < kCandidates; ++l) (*sums)[plane++] += d[i] * d[l];
  }
  for (std::size_t i = 0; i < kCandidates; ++i) (*sums)[plane++] += d[i] * t;
}

Evidence::Cell gather_cell(const Candidates& candidates, const FloatPicture& truth, int column,
                           int row) {
  const int right = std::min((column + 1) * kCell, truth.width);
  const int bottom = std::min((row + 1) * kCell, truth.height);
  Products sums{};
  for (int y = row * kCell; y < bottom; ++y) {
    for (int x = column * kCell; x < right; ++x) {
      add_products(candidates, truth, static_cast<std::ptrdiff_t>(truth.width) * y + x, &sums);
    }
  }
  const float pixels = static_cast<float>((right - column * kCell) * (bottom - row * kCell));
  Evidence::Cell cell;
  for (std::size_t i = 0; i < cell.size(); ++i) {
    cell[i] = (sums[i][0] + sums[i][1] + sums[i][2]) / pixels;
  }
  return cell;
}

}  // namespace

void Evidence::add(const Evidence& other, float factor) {
  if (cells.empty()) {
    columns = other.columns;
    rows = other.rows;
    cells.assign(other.cells.size(), Cell{});
  }
  for (std::size_t i = 0; i < cells.size(); ++i) {
    for (std::size_t plane = 0; plane < cells[i].size(); ++plane) {
      cells[i][plane] += factor * other.cells[i][plane];
    }
  }
}

Evidence gather_evidence(const Candidates& candidates, const FloatPicture& truth, int threads) {
  Evidence evidence;
  evidence.columns = (truth.width + kCell - 1) / kCell;
  evidence.rows = (truth.height + kCell - 1) / kCell;
  evidence.cells.resize(static_cast<std::size_t>(evidence.columns) * evidence.rows);
  parallel_rows(threads, evidence.rows, [&](int begin, int end) {
    for (int row = begin; row < end; ++row) {
      for (int column = 0; column < evidence.columns; ++column) {
        evidence.cells[static_cast<std::size_t>(row) * evidence.columns + column] =
            gather_cell(candidates, truth, column, row);
      }
    }
  });
  return evidence;
}

}  // namespace stip
