#include "motion/sources.h"

#include <algorithm>

#include "motion/parallel_rows.h"
#include "ops/cpu/kernels.h"

namespace stip {
namespace {

// Summed squared difference at which history counts for half of what it does where nothing differs;
// noise of sigma 5 makes 150.
constexpr float kAgreement = 1000;

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
inline __attribute__((always_inline)) Corners around(const FloatPicture& picture, float x,
                                                     float y) {
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

inline __attribute__((always_inline)) Corners around_reduced(const FloatPicture& picture, float x,
                                                             float y, float scale) {
  return around(picture, (x + 0.5f) * scale - 0.5f, (y + 0.5f) * scale - 0.5f);
}

// The displacements of one row of pixels: between the cells' rows once for all of them.
class FieldRow {
 public:
  FieldRow(const Displacements& d, const CellField& flow, float y)
      : last_(flow.columns - 1),
        first_(static_cast<std::size_t>(flow.columns)),
        second_(static_cast<std::size_t>(flow.columns)) {
    const float at = (y + 0.5f) * (1.0f / kCell) - 0.5f;
    const float at_y = at > 0 ? std::min(at, static_cast<float>(flow.rows - 1)) : 0.0f;
    const int top = static_cast<int>(at_y);
    const int bottom = std::min(top + 1, flow.rows - 1);
    const float part = at_y - static_cast<float>(top);
    for (int column = 0; column <= last_; ++column) {
      const auto both = [&](const CellField& a, const CellField& b, int row) {
        const float* u = a.at(row, column);
        const float* v = b.at(row, column);
        return Float4{u[0], u[1], v[0], v[1]};
      };
      const auto between = [&](const CellField& a, const CellField& b) {
        const Float4 upper = both(a, b, top);
        return upper + (both(a, b, bottom) - upper) * part;
      };
      first_[static_cast<std::size_t>(column)] = between(d.settled, d.accelerated);
      second_[static_cast<std::size_t>(column)] = between(d.previous, flow);
    }
  }

  Float4 settled_and_accelerated(int x) const { return at(first_, x); }
  Float4 previous_and_flow(int x) const { return at(second_, x); }

 private:
  // Pixels of a cell lie 1.5, 0.5, 0.5 and 1.5 pixels from its centre.
  Float4 at(const std::vector<Float4>& row, int x) const {
    static_assert(kCell == 4);
    constexpr float kParts[kCell] = {0.625f, 0.875f, 0.125f, 0.375f};
    const int cell = x / kCell;
    const int inside = x % kCell;
    const int left = std::max(inside < 2 ? cell - 1 : cell, 0);
    const int right = std::min(inside < 2 ? cell : cell + 1, last_);
    const Float4& a = row[static_cast<std::size_t>(left)];
    return a + (row[static_cast<std::size_t>(right)] - a) * kParts[inside];
  }

  int last_;
  std::vector<Float4> first_;   // settled, accelerated
  std::vector<Float4> second_;  // previous, flow
};

const float* floats(const FloatPicture& picture) {
  return reinterpret_cast<const float*>(picture.pixels.data());
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

void mix_history(const FloatPicture& frame, ThreadPool& pool, FloatPicture* history) {
  parallel_bands(pool, frame.height, [&](int begin, int end) {
    for (int y = begin; y < end; ++y) {
      const Float4* now = frame.row(y);
      Float4* before = history->row(y);
      for (int x = 0; x < frame.width; ++x) {
        const Float4 change = before[x] - now[x];
        const Float4 squares = change * change;
        const float part = 0.5f * kAgreement / (kAgreement + squares[0] + squares[1] + squares[2]);
        before[x] = now[x] + change * part;
      }
    }
  });
}

void read_sources(const SourcePictures& pictures, const Displacements& displacements,
                  const PixelRow& row, SourceSet which, Float4* out) {
  const SmoothedPicture& base = *pictures.base;
  const int last = base.whole.width - 1;
  const auto at_y = static_cast<float>(std::min(row.y, base.whole.height - 1));
  const FieldRow fields(displacements, *pictures.flow, at_y);
  // Where two displacements lead from each pixel: x and y of one, then of the other.
  std::vector<float> places(static_cast<std::size_t>(4 * row.count));
  const auto lead = [&](const auto& displacements_of) {
    for (int i = 0; i < row.count; ++i) {
      const int from = std::min(row.first + i * row.step, last);
      const auto at_x = static_cast<float>(from);
      const Float4 to = displacements_of(from) + Float4{at_x, at_y, at_x, at_y};
      for (int c = 0; c < 4; ++c) places[static_cast<std::size_t>(c * row.count + i)] = to[c];
    }
  };
  const auto read = [&](MotionSource source, const FloatPicture& picture, float scale,
                        int which_one) {
    if ((which & source_bit(source)) == 0) return;
    Float4* to = out + static_cast<std::ptrdiff_t>(source) * row.count;
    const float* x = places.data() + 2 * which_one * row.count;
    cpu::kernels().read_pixels({floats(picture), picture.width, picture.height, x, x + row.count,
                                scale, 0.5f * (scale - 1), row.count,
                                reinterpret_cast<float*>(to)});
  };
  const auto any = [which](SourceSet set) { return (which & set) != 0; };
  if (any(source_bit(kMoved) | source_bit(kMovedBlurred) | source_bit(kMovedFaint) |
          source_bit(kAccelerated))) {
    lead([&](int x) { return fields.settled_and_accelerated(x); });
    read(kMoved, base.whole, 1, 0);
    read(kMovedBlurred, base.half, 0.5f, 0);
    read(kMovedFaint, base.quarter, 0.25f, 0);
    read(kAccelerated, base.whole, 1, 1);
  }
  if (any(source_bit(kMovedPrevious) | source_bit(kAligned))) {
    lead([&](int x) { return fields.previous_and_flow(x); });
    read(kMovedPrevious, *pictures.previous, 1, 0);
    read(kAligned, *pictures.history, 1, 1);
  }
  if (any(source_bit(kStillBlurred) | source_bit(kStillFaint))) {
    lead([](int) { return Float4{}; });
    read(kStillBlurred, base.half, 0.5f, 0);
    read(kStillFaint, base.quarter, 0.25f, 0);
  }
}

void read_smooth_sources(const SourcePictures& pictures, const Displacements& displacements,
                         int row, int count, Float4* out) {
  const SmoothedPicture& base = *pictures.base;
  const float y = 2 * static_cast<float>(row) + 0.5f;
  const CellField& settled = displacements.settled;
  std::vector<float> places(static_cast<std::size_t>(4 * count));
  float* moved_x = places.data();
  float* moved_y = moved_x + count;
  float* still_x = moved_y + count;
  float* still_y = still_x + count;
  for (int i = 0; i < count; ++i) {
    still_x[i] = 2 * static_cast<float>(i) + 0.5f;
    still_y[i] = y;
    const CellField::Vector d = settled.between(still_x[i], y);
    moved_x[i] = still_x[i] + d.x;
    moved_y[i] = y + d.y;
  }
  const auto read = [&](MotionSource source, const FloatPicture& picture, float scale,
                        const float* x) {
    cpu::kernels().read_pixels({floats(picture), picture.width, picture.height, x, x + count, scale,
                                0.5f * (scale - 1), count,
                                reinterpret_cast<float*>(out + source * count)});
  };
  read(kMovedBlurred, base.half, 0.5f, moved_x);
  read(kMovedFaint, base.quarter, 0.25f, moved_x);
  read(kStillBlurred, base.half, 0.5f, still_x);
  read(kStillFaint, base.quarter, 0.25f, still_x);
}

void read_slopes(const SourcePictures& pictures, const Displacements& displacements, float x,
                 float y, SourceSlopes* out) {
  const SmoothedPicture& base = *pictures.base;
  const auto settled = displacements.settled.between(x, y);
  const auto accelerated = displacements.accelerated.between(x, y);
  const auto previous = displacements.previous.between(x, y);
  const auto reduced = [&](const FloatPicture& picture, float scale) {
    SourceSlopes slopes = around_reduced(picture, x + settled.x, y + settled.y, scale).slopes();
    slopes.x *= scale;
    slopes.y *= scale;
    return slopes;
  };
  std::fill(out, out + kMotionSources, SourceSlopes{});
  out[kMoved] = around(base.whole, x + settled.x, y + settled.y).slopes();
  out[kMovedBlurred] = reduced(base.half, 0.5f);
  out[kMovedFaint] = reduced(base.quarter, 0.25f);
  out[kMovedPrevious] = around(*pictures.previous, x + previous.x, y + previous.y).slopes();
  out[kAccelerated] = around(base.whole, x + accelerated.x, y + accelerated.y).slopes();
}

}  // namespace stip
