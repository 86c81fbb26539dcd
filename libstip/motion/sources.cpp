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

// Pixels of a row that displacements of one field lead to, as far as a kernel takes them at once.
struct Places {
  float x[cpu::kMostLeads];
  float y[cpu::kMostLeads];
};

// A stretch of a row: pixels `start`, `start` + pitch, ...
struct Stretch {
  float y;
  float start;
  int pitch;
  int count;  // at most cpu::kMostLeads
};

void lead(const CellField& field, const Stretch& stretch, int last, Places* places) {
  const float at = (stretch.y + 0.5f) * (1.0f / kCell) - 0.5f;
  const float at_y = at > 0 ? std::min(at, static_cast<float>(field.rows - 1)) : 0.0f;
  const int top = static_cast<int>(at_y);
  cpu::PixelLeads leads;
  leads.upper = field.at(top, 0);
  leads.lower = field.at(std::min(top + 1, field.rows - 1), 0);
  leads.part = at_y - static_cast<float>(top);
  leads.columns = field.columns;
  leads.first = static_cast<int>(stretch.start) / kCell;
  leads.start = stretch.start;
  leads.pitch = stretch.pitch;
  leads.last = static_cast<float>(last);
  leads.row = stretch.y;
  leads.count = stretch.count;
  leads.x = places->x;
  leads.y = places->y;
  cpu::kernels().lead_pixels(leads);
}

// Without displacements.
void stay(const Stretch& stretch, int last, Places* places) {
  for (int i = 0; i < stretch.count; ++i) {
    const float at = stretch.start + static_cast<float>(i * stretch.pitch);
    places->x[i] = std::min(at, static_cast<float>(last));
    places->y[i] = stretch.y;
  }
}

const float* floats(const FloatPicture& picture) {
  return reinterpret_cast<const float*>(picture.pixels.data());
}

// `scale`: pixels of the picture for one of the frame.
void read(const FloatPicture& picture, float scale, const Places& places, int count, Float4* out) {
  cpu::kernels().read_pixels({floats(picture), picture.width, picture.height, places.x, places.y,
                              scale, 0.5f * (scale - 1), count, reinterpret_cast<float*>(out)});
}

void read_whole(const SmoothedPicture& picture, const Places& places, int count, Float4* out) {
  cpu::kernels().read_bytes({picture.bytes.data(), picture.whole.width, picture.whole.height,
                             places.x, places.y, 1, 0, count, reinterpret_cast<float*>(out)});
}

// Reads a stretch of sources to out + source * distance.
void read_stretch(const SourcePictures& pictures, const Displacements& displacements,
                  const Stretch& stretch, SourceSet which, std::ptrdiff_t distance, Float4* out) {
  const SmoothedPicture& base = *pictures.base;
  const int last = base.whole.width - 1;
  Places places;
  const auto take = [&](MotionSource source, const FloatPicture& picture, float scale) {
    if ((which & source_bit(source)) == 0) return;
    read(picture, scale, places, stretch.count, out + source * distance);
  };
  const auto take_whole = [&](MotionSource source, const SmoothedPicture& picture) {
    if ((which & source_bit(source)) == 0) return;
    read_whole(picture, places, stretch.count, out + source * distance);
  };
  const auto any = [which](SourceSet set) { return (which & set) != 0; };
  if (any(source_bit(kMoved) | source_bit(kMovedBlurred) | source_bit(kMovedFaint))) {
    lead(displacements.settled, stretch, last, &places);
    take_whole(kMoved, base);
    take(kMovedBlurred, base.half, 0.5f);
    take(kMovedFaint, base.quarter, 0.25f);
  }
  if (any(source_bit(kAccelerated))) {
    lead(displacements.accelerated, stretch, last, &places);
    take_whole(kAccelerated, base);
  }
  if (any(source_bit(kMovedPrevious))) {
    lead(displacements.previous, stretch, last, &places);
    take_whole(kMovedPrevious, *pictures.previous);
  }
  if (any(source_bit(kAligned))) {
    lead(*pictures.flow, stretch, last, &places);
    if (pictures.history == nullptr) {
      take_whole(kAligned, *pictures.previous);
    } else {
      take(kAligned, *pictures.history, 1);
    }
  }
  if (any(source_bit(kStillBlurred) | source_bit(kStillFaint))) {
    stay(stretch, last, &places);
    take(kStillBlurred, base.half, 0.5f);
    take(kStillFaint, base.quarter, 0.25f);
  }
}

template <typename Read>
void each_stretch(const SourcePictures& pictures, const PixelRow& row, const Read& read) {
  const auto y = static_cast<float>(std::min(row.y, pictures.base->whole.height - 1));
  for (int i = 0; i < row.count; i += cpu::kMostLeads) {
    read(i, Stretch{y, static_cast<float>(row.first + i * row.step), row.step,
                    std::min(row.count - i, cpu::kMostLeads)});
  }
}

template <typename Read>
void each_stretch_of_points(int row, int count, const Read& read) {
  for (int i = 0; i < count; i += cpu::kMostLeads) {
    read(i, Stretch{2 * static_cast<float>(row) + 0.5f, 2 * static_cast<float>(i) + 0.5f, 2,
                    std::min(count - i, cpu::kMostLeads)});
  }
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
  const FloatPicture& whole = picture->whole;
  picture->bytes.resize(std::size_t{4} * whole.width * whole.height);
  parallel_bands(pool, whole.height, [&](int begin, int end) {
    const Float4* from = whole.row(begin);
    std::uint8_t* to = picture->bytes.data() + std::ptrdiff_t{4} * whole.width * begin;
    for (; from < whole.row(end); ++from, to += 4) {
      for (int c = 0; c < 4; ++c) to[c] = static_cast<std::uint8_t>((*from)[c]);
    }
  });
  halve(picture->whole, pool, &picture->half);
  halve(picture->half, pool, &picture->quarter);
}

void read_sources(const SourcePictures& pictures, const Displacements& displacements,
                  const PixelRow& row, SourceSet which, Float4* out) {
  each_stretch(pictures, row, [&](int i, const Stretch& stretch) {
    read_stretch(pictures, displacements, stretch, which, row.count, out + i);
  });
}

void read_source(const SourcePictures& pictures, const Displacements& displacements,
                 const PixelRow& row, MotionSource source, Float4* out) {
  each_stretch(pictures, row, [&](int i, const Stretch& stretch) {
    read_stretch(pictures, displacements, stretch, source_bit(source), 0, out + i);
  });
}

void make_history(SourcePictures pictures, ThreadPool& pool, FloatPicture* out) {
  pictures.history = nullptr;
  const FloatPicture& frame = pictures.base->whole;
  out->resize(frame.width, frame.height);
  const Displacements none;  // unmoved sources need none
  parallel_bands(pool, frame.height, [&](int begin, int end) {
    for (int y = begin; y < end; ++y) {
      const Float4* now = frame.row(y);
      Float4* before = out->row(y);
      read_source(pictures, none, {y, 0, 1, frame.width}, kAligned, before);
      for (int x = 0; x < frame.width; ++x) {
        const Float4 change = before[x] - now[x];
        const Float4 squares = change * change;
        const float part = 0.5f * kAgreement / (kAgreement + squares[0] + squares[1] + squares[2]);
        before[x] = now[x] + change * part;
      }
    }
  });
}

void read_smooth_sources(const SourcePictures& pictures, const Displacements& displacements,
                         int row, int count, SourceSet which, Float4* out) {
  each_stretch_of_points(row, count, [&](int i, const Stretch& stretch) {
    read_stretch(pictures, displacements, stretch, which & kSmoothSources, count, out + i);
  });
}

void read_smooth_source(const SourcePictures& pictures, const Displacements& displacements, int row,
                        int count, MotionSource source, Float4* out) {
  each_stretch_of_points(row, count, [&](int i, const Stretch& stretch) {
    read_stretch(pictures, displacements, stretch, source_bit(source), 0, out + i);
  });
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
  out[kMovedPrevious] = around(pictures.previous->whole, x + previous.x, y + previous.y).slopes();
  out[kAccelerated] = around(base.whole, x + accelerated.x, y + accelerated.y).slopes();
}

}  // namespace stip
