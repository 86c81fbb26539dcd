#include <algorithm>
#include <cstdint>

#include "stip/anomaly.h"
#include "stip/error.h"

namespace stip {
namespace {

constexpr int kBlock = 8;   // places of the sketch, as all lengths here
constexpr int kStep = 4;    // from window to window
constexpr int kRadius = 6;  // of a window
constexpr int kSearch = 8;  // how far a likest place may be
constexpr int kCoarse = 2;  // steps of the search; its best is then refined by one place
// Under 4 levels nothing is searched: that is noise anyway.
constexpr double kNoise = 4.0 * 4.0;

struct Window {
  int left, top, right, bottom;  // the last two are outside
};

// How unlike the prediction windows of the truth are. Sums of squares fit: 13 * 13 * 3 * 255².
class Matcher {
 public:
  Matcher(const Sketch& truth, const Sketch& prediction) : truth_(truth), prediction_(prediction) {}

  /// Mean squared error of the window against the likest place near by; whatever is not above
  /// `least` is not searched for.
  double error(const Window& window, double least) const {
    const int count = 3 * (window.right - window.left) * (window.bottom - window.top);
    const double enough = std::max(least, kNoise) * count;
    std::uint32_t best = sum(window, 0, 0, UINT32_MAX);
    if (best > enough) best = likest(window, best, static_cast<std::uint32_t>(enough));
    return static_cast<double>(best) / count;
  }

 private:
  std::uint32_t likest(const Window& window, std::uint32_t best, std::uint32_t enough) const {
    int at_x = 0;
    int at_y = 0;
    const auto visit = [&](int dx, int dy) {
      const std::uint32_t found = inside(window, dx, dy) ? sum(window, dx, dy, best) : best;
      if (found >= best) return;
      best = found;
      at_x = dx;
      at_y = dy;
    };
    for (int dy = -kSearch; dy <= kSearch && best > enough; dy += kCoarse) {
      for (int dx = -kSearch; dx <= kSearch && best > enough; dx += kCoarse) visit(dx, dy);
    }
    const int x = at_x;
    const int y = at_y;
    for (int dy = y - 1; dy <= y + 1 && best > enough; ++dy) {
      for (int dx = x - 1; dx <= x + 1 && best > enough; ++dx) visit(dx, dy);
    }
    return best;
  }

  bool inside(const Window& window, int dx, int dy) const {
    return window.left + dx >= 0 && window.right + dx <= truth_.columns && window.top + dy >= 0 &&
           window.bottom + dy <= truth_.rows;
  }

  // Given up as soon as it is larger than `stop`.
  std::uint32_t sum(const Window& window, int dx, int dy, std::uint32_t stop) const {
    const int bytes = 3 * (window.right - window.left);
    std::uint32_t all = 0;
    for (int y = window.top; y < window.bottom && all <= stop; ++y) {
      const std::uint8_t* a = place(truth_, window.left, y);
      const std::uint8_t* b = place(prediction_, window.left + dx, y + dy);
      int row = 0;
      for (int i = 0; i < bytes; ++i) {
        const int difference = int{a[i]} - int{b[i]};
        row += difference * difference;
      }
      all += static_cast<std::uint32_t>(row);
    }
    return all;
  }

  static const std::uint8_t* place(const Sketch& sketch, int x, int y) {
    return sketch.means.data() + std::ptrdiff_t{3} * (std::ptrdiff_t{y} * sketch.columns + x);
  }

  const Sketch& truth_;
  const Sketch& prediction_;
};

Window window_around(int x, int y, const Sketch& sketch) {
  return {std::max(x - kRadius, 0), std::max(y - kRadius, 0),
          std::min(x + kRadius + 1, sketch.columns), std::min(y + kRadius + 1, sketch.rows)};
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
  const Matcher matcher(truth, prediction);
  for (int y = kStep / 2; y < std::max(truth.rows, kStep); y += kStep) {
    for (int x = kStep / 2; x < std::max(truth.columns, kStep); x += kStep) {
      const Window window =
          window_around(std::min(x, truth.columns - 1), std::min(y, truth.rows - 1), truth);
      float& largest = map.errors[static_cast<std::size_t>(y / kBlock * map.columns + x / kBlock)];
      largest = std::max(largest, static_cast<float>(matcher.error(window, largest)));
    }
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
