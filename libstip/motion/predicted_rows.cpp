#include "motion/predicted_rows.h"

#include <algorithm>

#include "motion/mixture_grid.h"
#include "ops/cpu/kernels.h"

namespace stip {

PredictedRows::PredictedRows(const MixPictures& pictures, const Mixture& mixture,
                             const Sharpening& sharpening)
    : pictures_(pictures), mixture_(mixture), sharpening_(sharpening) {
  const auto width = static_cast<std::size_t>(pictures.sources.base->whole.width);
  for (Line& line : lines_) line.pixels.resize(width);
  sharpened_.resize(width);
}

const Float4* PredictedRows::mixed(int y) {
  Line& line = lines_[y % 3];
  if (line.y != y) {
    mix_row(pictures_, mixture_, y, &scratch_, line.pixels.data());
    line.y = y;
  }
  return line.pixels.data();
}

void PredictedRows::find_amounts(int y) {
  const int columns = pictures_.sources.flow->columns;
  const Between v = between_points(y, pictures_.sources.flow->rows, kCell);
  const float* low = sharpening_.gate->data() + std::ptrdiff_t{v.low} * columns;
  const float* high = sharpening_.gate->data() + std::ptrdiff_t{v.high} * columns;
  amounts_.resize(static_cast<std::size_t>(columns) + 2);
  for (int c = 0; c < columns; ++c) {
    amounts_[static_cast<std::size_t>(c) + 1] =
        sharpening_.amount * (low[c] + (high[c] - low[c]) * v.part);
  }
  amounts_.front() = amounts_[1];
  amounts_.back() = amounts_[static_cast<std::size_t>(columns)];
}

const Float4* PredictedRows::row(int y) {
  if (sharpening_.amount == 0) return mixed(y);
  const FloatPicture& base = pictures_.sources.base->whole;
  find_amounts(y);
  const auto floats_of = [&](int row) { return reinterpret_cast<const float*>(mixed(row)); };
  const float* above = floats_of(std::max(y - 1, 0));
  const float* here = floats_of(y);
  const float* below = floats_of(std::min(y + 1, base.height - 1));
  cpu::kernels().sharpen_row({above, here, below, amounts_.data(), base.width,
                              reinterpret_cast<float*>(sharpened_.data())});
  return sharpened_.data();
}

}  // namespace stip
