#include <algorithm>
#include <cstdint>

#include "stip/anomaly.h"
#include "stip/error.h"

namespace stip {
namespace {

constexpr int kRadius = 3;  // of the smoothing, places of the sketch
constexpr int kBlock = 8;   // places of the sketch

using Row = std::vector<std::uint32_t>;

// Squared errors of one row of the sketch times `sign`, added to the sums over rows.
void add_row(const Sketch& a, const Sketch& b, int y, int sign, Row* sums) {
  if (y < 0 || y >= a.rows) return;
  const std::size_t begin = static_cast<std::size_t>(y) * static_cast<std::size_t>(a.columns);
  for (std::size_t x = 0; x < sums->size(); ++x) {
    const int difference = int{a.luma[begin + x]} - int{b.luma[begin + x]};
    // Unsigned numbers wrap, so that adding a negative one takes away.
    (*sums)[x] += static_cast<std::uint32_t>(sign * difference * difference);
  }
}

int places_within(int centre, int size) {
  return std::min(centre + kRadius, size - 1) - std::max(centre - kRadius, 0) + 1;
}

// Means over the window around each place of a row, from the sums over its rows; the largest of
// each block is kept.
void take_row(const Row& sums, int y, int sketch_rows, ErrorMap* map) {
  const int columns = static_cast<int>(sums.size());
  const int high = places_within(y, sketch_rows);
  float* const errors = map->errors.data() + std::ptrdiff_t{y / kBlock} * map->columns;
  std::uint32_t sum = 0;
  for (int x = 0; x < std::min(kRadius, columns); ++x) sum += sums[static_cast<std::size_t>(x)];
  for (int x = 0; x < columns; ++x) {
    if (x + kRadius < columns) sum += sums[static_cast<std::size_t>(x + kRadius)];
    if (x > kRadius) sum -= sums[static_cast<std::size_t>(x - kRadius - 1)];
    const float mean =
        static_cast<float>(sum) / static_cast<float>(places_within(x, columns) * high);
    errors[x / kBlock] = std::max(errors[x / kBlock], mean);
  }
}

}  // namespace

ErrorMap error_map(const Sketch& truth, const Sketch& prediction) {
  if (truth.width != prediction.width || truth.height != prediction.height || truth.columns == 0) {
    throw Error(ErrorCode::kInvalidArgument,
                "pictures of different sizes, or none, were given to be compared");
  }
  ErrorMap map;
  map.width = truth.width;
  map.height = truth.height;
  map.block = kBlock * truth.factor;
  map.columns = (truth.columns + kBlock - 1) / kBlock;
  map.rows = (truth.rows + kBlock - 1) / kBlock;
  map.errors.resize(static_cast<std::size_t>(map.columns) * static_cast<std::size_t>(map.rows));
  Row sums(static_cast<std::size_t>(truth.columns));
  for (int y = -kRadius; y < truth.rows; ++y) {
    add_row(truth, prediction, y + kRadius, 1, &sums);
    add_row(truth, prediction, y - kRadius - 1, -1, &sums);
    if (y >= 0) take_row(sums, y, truth.rows, &map);
  }
  return map;
}

double ErrorMap::largest() const {
  return errors.empty() ? 0 : *std::max_element(errors.begin(), errors.end());
}

Box box_around_largest(const ErrorMap& map, double level) {
  if (map.errors.empty()) return {};
  const auto largest = std::max_element(map.errors.begin(), map.errors.end());
  std::vector<bool> seen(map.errors.size());
  std::vector<int> open = {static_cast<int>(largest - map.errors.begin())};
  seen[static_cast<std::size_t>(open.front())] = true;
  int left = map.columns, right = 0, top = map.rows, bottom = 0;
  while (!open.empty()) {
    const int x = open.back() % map.columns;
    const int y = open.back() / map.columns;
    open.pop_back();
    left = std::min(left, x);
    right = std::max(right, x + 1);
    top = std::min(top, y);
    bottom = std::max(bottom, y + 1);
    for (int v = std::max(y - 1, 0); v <= std::min(y + 1, map.rows - 1); ++v) {
      for (int u = std::max(x - 1, 0); u <= std::min(x + 1, map.columns - 1); ++u) {
        const auto index = static_cast<std::size_t>(v * map.columns + u);
        if (seen[index] || static_cast<double>(map.errors[index]) < level) continue;
        seen[index] = true;
        open.push_back(static_cast<int>(index));
      }
    }
  }
  Box box{left * map.block, top * map.block, 0, 0};
  box.width = std::min(right * map.block, map.width) - box.x;
  box.height = std::min(bottom * map.block, map.height) - box.y;
  return box;
}

}  // namespace stip
