#include "data/augment.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "media/scaled_picture.h"

namespace stip::training {
namespace {

// The row y of frame t.
std::uint8_t* row_of(ClipSample& sample, int t, int y) {
  return sample.pixels.data() + (std::size_t(t) * sample.height + y) * sample.width * 3;
}

}  // namespace

double motion(const Image& first, const Image& last, const Window& window) {
  std::int64_t sum = 0;
  for (int y = window.y; y < window.y + window.height; ++y) {
    const std::uint8_t* a = first.pixels.data() + y * first.stride() + window.x * 3;
    const std::uint8_t* b = last.pixels.data() + y * last.stride() + window.x * 3;
    std::int64_t row = 0;
    for (int i = 0; i < window.width * 3; ++i) row += std::abs(int(a[i]) - int(b[i]));
    sum += row;
  }
  return double(sum) / (3.0 * window.width * window.height);
}

void flip_left_right(ClipSample& sample) {
  for (int t = 0; t < sample.frames; ++t) {
    for (int y = 0; y < sample.height; ++y) {
      std::uint8_t* row = row_of(sample, t, y);
      for (int x = 0; x < sample.width / 2; ++x) {
        std::swap_ranges(row + x * 3, row + x * 3 + 3, row + (sample.width - 1 - x) * 3);
      }
    }
  }
  sample.flipped_x = !sample.flipped_x;
}

void flip_upside_down(ClipSample& sample) {
  const std::size_t bytes = std::size_t(sample.width) * 3;
  for (int t = 0; t < sample.frames; ++t) {
    for (int y = 0; y < sample.height / 2; ++y) {
      std::uint8_t* row = row_of(sample, t, y);
      std::swap_ranges(row, row + bytes, row_of(sample, t, sample.height - 1 - y));
    }
  }
  sample.flipped_y = !sample.flipped_y;
}

void transpose(ClipSample& sample) {
  for (int t = 0; t < sample.frames; ++t) {
    for (int y = 1; y < sample.height; ++y) {
      for (int x = 0; x < y; ++x) {
        std::uint8_t* pixel = row_of(sample, t, y) + x * 3;
        std::swap_ranges(pixel, pixel + 3, row_of(sample, t, x) + y * 3);
      }
    }
  }
  sample.transposed = !sample.transposed;
}

void reverse_time(ClipSample& sample) {
  const std::size_t bytes = std::size_t(sample.width) * sample.height * 3;
  for (int t = 0; t < sample.frames / 2; ++t) {
    std::uint8_t* frame = row_of(sample, t, 0);
    std::swap_ranges(frame, frame + bytes, row_of(sample, sample.frames - 1 - t, 0));
  }
  sample.reversed = !sample.reversed;
}

void shrink(ClipSample& sample, int side) {
  const std::size_t bytes = std::size_t(sample.width) * sample.height * 3;
  std::pmr::vector<std::uint8_t> pixels;
  for (int t = 0; t < sample.frames; ++t) {
    Image image;
    image.width = sample.width;
    image.height = sample.height;
    const std::uint8_t* from = row_of(sample, t, 0);
    image.pixels.assign(from, from + bytes);
    const Image smaller = scaled(image, side, side);
    pixels.insert(pixels.end(), smaller.pixels.begin(), smaller.pixels.end());
  }
  sample.pixels = std::move(pixels);
  sample.width = sample.height = side;
}

void hold_still(ClipSample& sample) {
  const std::size_t bytes = std::size_t(sample.width) * sample.height * 3;
  for (int t = 1; t < sample.frames; ++t) {
    std::copy_n(row_of(sample, 0, 0), bytes, row_of(sample, t, 0));
  }
}

void change_tone(ClipSample& sample, const Tone& tone) {
  std::array<std::array<std::uint8_t, 256>, 3> tables;
  for (int c = 0; c < 3; ++c) {
    for (int v = 0; v < 256; ++v) {
      const double value = 255 * tone.gain * std::pow(v / 255.0, tone.gamma[c]);
      tables[c][v] = std::uint8_t(std::lround(value));
    }
  }
  for (std::size_t i = 0; i < sample.pixels.size(); i += 3) {
    for (int c = 0; c < 3; ++c) sample.pixels[i + c] = tables[c][sample.pixels[i + c]];
  }
}

}  // namespace stip::training
