#include "motion/sources.h"

#include <algorithm>

#include "motion/parallel_rows.h"

namespace stip {
namespace {

// The four pixels around a place and how far it is between them.
struct Corners {
  const Float4* corner;
  std::ptrdiff_t right;
  std::ptrdiff_t below;
  float part_x;
  float part_y;
  float inside_x;  // 0 where the place lies beyond the edge, and moving it changes nothing
  float inside_y;

  Float4 value() const {
    const Float4 upper = corner[0] + (corner[right] - corner[0]) * part_x;
    const Float4 lower = corner[below] + (corner[below + right] - corner[below]) * part_x;
    return upper + (lower - upper) * part_y;
  }
  SourceSlopes slopes() const {
    const Float4 upper = corner[right] - corner[0];
    const Float4 lower = corner[below + right] - corner[below];
    const Float4 left_side = corner[below] - corner[0];
    const Float4 right_side = corner[below + right] - corner[right];
    return {(upper + (lower - upper) * part_y) * inside_x,
            (left_side + (right_side - left_side) * part_x) * inside_y};
  }
};

// (x, y) in the picture's own pixels; beyond its edge the edge.
Corners around(const FloatPicture& picture, float x, float y) {
  const int last_x = picture.width - 1;
  const int last_y = picture.height - 1;
  // Written so that a place that is no number becomes 0.
  const float at_x = x > 0 ? std::min(x, static_cast<float>(last_x)) : 0.0f;
  const float at_y = y > 0 ? std::min(y, static_cast<float>(last_y)) : 0.0f;
  const int left = static_cast<int>(at_x);
  const int top = static_cast<int>(at_y);
  return {picture.row(top) + left,
          left < last_x ? 1 : 0,
          top < last_y ? std::ptrdiff_t{picture.width} : 0,
          at_x - static_cast<float>(left),
          at_y - static_cast<float>(top),
          x > 0 && x < static_cast<float>(last_x) ? 1.0f : 0.0f,
          y > 0 && y < static_cast<float>(last_y) ? 1.0f : 0.0f};
}

Corners around_reduced(const FloatPicture& picture, float x, float y, float scale) {
  return around(picture, (x + 0.5f) * scale - 0.5f, (y + 0.5f) * scale - 0.5f);
}

// One row of 2x2 means of rows 2y and 2y+1, with two more pixels at each end.
void halved_row(const FloatPicture& from, int y, int width, Float4* out) {
  const Float4* upper = from.row(std::min(2 * y, from.height - 1));
  const Float4* lower = from.row(std::min(2 * y + 1, from.height - 1));
  for (int x = 0; x < width; ++x) {
    const int right = std::min(2 * x + 1, from.width - 1);
    out[x] = (upper[2 * x] + upper[right] + lower[2 * x] + lower[right]) * 0.25f;
  }
  out[-2] = out[-1] = out[0];
  out[width] = out[width + 1] = out[width - 1];
}

void halve(const FloatPicture& from, ThreadPool& pool, FloatPicture* out) {
  const int width = (from.width + 1) / 2;
  const int height = (from.height + 1) / 2;
  out->resize(width, height);
  parallel_bands(pool, height, [&](int begin, int end) {
    // The five newest halved rows, blurred along, by row number modulo 5.
    std::vector<Float4> line(static_cast<std::size_t>(width) + 4);
    std::vector<Float4> rows(static_cast<std::size_t>(width) * 5);
    const auto row = [&](int y) { return rows.data() + std::ptrdiff_t{width} * ((y + 5) % 5); };
    const auto make = [&](int y) {
      Float4* middle = line.data() + 2;
      halved_row(from, std::clamp(y, 0, height - 1), width, middle);
      Float4* to = row(y);
      for (int x = 0; x < width; ++x, ++middle) {
        to[x] =
            (middle[-2] + middle[2] + (middle[-1] + middle[1]) * 4 + middle[0] * 6) * (1.0f / 16);
      }
    };
    for (int y = begin - 2; y < begin + 2; ++y) make(y);
    for (int y = begin; y < end; ++y) {
      make(y + 2);
      Float4* to = out->row(y);
      for (int x = 0; x < width; ++x) {
        to[x] =
            (row(y - 2)[x] + row(y + 2)[x] + (row(y - 1)[x] + row(y + 1)[x]) * 4 + row(y)[x] * 6) *
            (1.0f / 16);
      }
    }
  });
}

}  // namespace

void smooth(SmoothedPicture* picture, ThreadPool& pool) {
  halve(picture->whole, pool, &picture->half);
  halve(picture->half, pool, &picture->quarter);
}

void read_sources(const SourcePictures& pictures, const Displacements& displacements,
                  const PixelRow& row, int sources, Float4* out) {
  const SmoothedPicture& base = *pictures.base;
  const int last = base.whole.width - 1;
  const auto at_y = static_cast<float>(std::min(row.y, base.whole.height - 1));
  for (int i = 0; i < row.count; ++i) {
    const auto at_x = static_cast<float>(std::min(row.first + i * row.step, last));
    const auto put = [&](MotionSource source, const Float4& value) {
      out[static_cast<std::ptrdiff_t>(source) * row.count + i] = value;
    };
    const auto settled = displacements.settled.between(at_x, at_y);
    const auto flow = pictures.flow->between(at_x, at_y);
    const float x = at_x + settled.x;
    const float y = at_y + settled.y;
    put(kMoved, around(base.whole, x, y).value());
    put(kMovedBlurred, around_reduced(base.half, x, y, 0.5f).value());
    put(kStillBlurred, around_reduced(base.half, at_x, at_y, 0.5f).value());
    put(kAligned, around(*pictures.previous, at_x + flow.x, at_y + flow.y).value());
    if (sources == kCandidates) continue;
    const auto carried = displacements.carried.between(at_x, at_y);
    const auto previous = displacements.previous.between(at_x, at_y);
    put(kMovedFaint, around_reduced(base.quarter, x, y, 0.25f).value());
    put(kStillFaint, around_reduced(base.quarter, at_x, at_y, 0.25f).value());
    put(kMovedPrevious, around(*pictures.previous, at_x + previous.x, at_y + previous.y).value());
    put(kCarried, around(base.whole, at_x + carried.x, at_y + carried.y).value());
  }
}

void read_slopes(const SourcePictures& pictures, const Displacements& displacements, int x, int y,
                 SourceSlopes* out) {
  const SmoothedPicture& base = *pictures.base;
  const auto at_x = static_cast<float>(x);
  const auto at_y = static_cast<float>(y);
  const auto settled = displacements.settled.between(at_x, at_y);
  const auto carried = displacements.carried.between(at_x, at_y);
  const auto previous = displacements.previous.between(at_x, at_y);
  const auto reduced = [&](const FloatPicture& picture, float scale) {
    SourceSlopes slopes =
        around_reduced(picture, at_x + settled.x, at_y + settled.y, scale).slopes();
    slopes.x *= scale;
    slopes.y *= scale;
    return slopes;
  };
  std::fill(out, out + kMotionSources, SourceSlopes{});
  out[kMoved] = around(base.whole, at_x + settled.x, at_y + settled.y).slopes();
  out[kMovedBlurred] = reduced(base.half, 0.5f);
  out[kMovedFaint] = reduced(base.quarter, 0.25f);
  out[kMovedPrevious] = around(*pictures.previous, at_x + previous.x, at_y + previous.y).slopes();
  out[kCarried] = around(base.whole, at_x + carried.x, at_y + carried.y).slopes();
}

}  // namespace stip
