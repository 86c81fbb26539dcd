#include "stip/sketch.h"

#include <algorithm>
#include <cmath>

#include "base/frame_check.h"
#include "metrics/ssim.h"
#include "stip/error.h"

namespace stip {
namespace {

constexpr double kShortSide = 256;

// Sums of each column's pixels of one line, colour by colour, added to `sums`.
void add_line(const FrameView& frame, int y, const Sketch& sketch, std::vector<int>* sums) {
  const std::uint8_t* pixel = frame.data + y * frame.stride;
  int* sum = sums->data();
  for (int column = 0, x = 0; column < sketch.columns; ++column, sum += 3) {
    const int end = std::min(x + sketch.factor, frame.width);
    for (; x < end; ++x, pixel += 3) {
      sum[0] += pixel[0];
      sum[1] += pixel[1];
      sum[2] += pixel[2];
    }
  }
}

void add_mean_row(const FrameView& frame, int row, std::vector<int>* sums, Sketch* sketch) {
  const int first = row * sketch->factor;
  const int end = std::min(first + sketch->factor, frame.height);
  std::fill(sums->begin(), sums->end(), 0);
  for (int y = first; y < end; ++y) add_line(frame, y, *sketch, sums);
  const bool bgr = frame.order == PixelOrder::kBgr;
  std::uint8_t* means = sketch->means.data() + std::ptrdiff_t{3} * row * sketch->columns;
  std::uint8_t* luma = sketch->luma.data() + std::ptrdiff_t{row} * sketch->columns;
  for (int column = 0; column < sketch->columns; ++column, means += 3) {
    const int left = column * sketch->factor;
    const int count = (std::min(left + sketch->factor, frame.width) - left) * (end - first);
    const int* sum = sums->data() + std::ptrdiff_t{3} * column;
    // Most pictures are not reduced, and dividing is slow.
    const auto mean = [count](int of) { return count == 1 ? of : (of + count / 2) / count; };
    const int blue = mean(sum[bgr ? 0 : 2]), green = mean(sum[1]), red = mean(sum[bgr ? 2 : 0]);
    means[0] = static_cast<std::uint8_t>(blue);
    means[1] = static_cast<std::uint8_t>(green);
    means[2] = static_cast<std::uint8_t>(red);
    luma[column] = static_cast<std::uint8_t>((29 * blue + 150 * green + 77 * red + 128) / 256);
  }
}

// Kept pixels move sideways from row to row, so that a codec's 8x8 blocks are met at all places.
void add_pixel_row(const FrameView& frame, int row, Sketch* sketch) {
  const int y = std::min(row * sketch->factor + sketch->factor / 2, frame.height - 1);
  const bool bgr = frame.order == PixelOrder::kBgr;
  std::uint8_t* kept = sketch->pixels.data() + std::ptrdiff_t{3} * row * sketch->columns;
  for (int column = 0; column < sketch->columns; ++column, kept += 3) {
    const int x = std::min(column * sketch->factor + row % sketch->factor, frame.width - 1);
    const std::uint8_t* pixel = frame.data + y * frame.stride + std::ptrdiff_t{3} * x;
    for (int c = 0; c < 3; ++c) kept[c] = pixel[bgr ? c : 2 - c];
  }
}

void check_alike(const Sketch& a, const Sketch& b) {
  if (a.width == b.width && a.height == b.height && a.columns > 0) return;
  throw Error(ErrorCode::kInvalidArgument,
              "pictures of different sizes, or none, were given to be compared");
}

}  // namespace

Sketch make_sketch(const FrameView& frame) {
  check_frame(frame, frame.width, frame.height);
  Sketch sketch;
  sketch.width = frame.width;
  sketch.height = frame.height;
  const double short_side = std::min(frame.width, frame.height);
  sketch.factor = std::max(1, static_cast<int>(std::lround(short_side / kShortSide)));
  sketch.columns = (frame.width + sketch.factor - 1) / sketch.factor;
  sketch.rows = (frame.height + sketch.factor - 1) / sketch.factor;
  const std::size_t count =
      static_cast<std::size_t>(sketch.columns) * static_cast<std::size_t>(sketch.rows);
  sketch.luma.resize(count);
  sketch.means.resize(3 * count);
  sketch.pixels.resize(3 * count);
  std::vector<int> sums(std::size_t{3} * static_cast<std::size_t>(sketch.columns));
  for (int row = 0; row < sketch.rows; ++row) {
    add_mean_row(frame, row, &sums, &sketch);
    add_pixel_row(frame, row, &sketch);
  }
  return sketch;
}

double squared_error(const Sketch& a, const Sketch& b) {
  check_alike(a, b);
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i) {
    const int difference = int{a.pixels[i]} - int{b.pixels[i]};
    sum += static_cast<std::uint64_t>(difference * difference);
  }
  return static_cast<double>(sum) / static_cast<double>(a.pixels.size());
}

double ssim(const Sketch& a, const Sketch& b) {
  check_alike(a, b);
  return ssim_of_planes(a.luma.data(), b.luma.data(), a.columns, a.rows);
}

}  // namespace stip
