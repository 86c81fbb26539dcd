#include "motion/predicted_rows.h"

#include <algorithm>

#include "motion/mixture_grid.h"
#include "ops/cpu/kernels.h"

namespace stip {

PredictedRows::PredictedRows(const MixPictures& pictures, const Mixture& mixture,
                             const Sharpening& sharpening)
    : pictures_(pictures), mixture_(mixture), sharpening_(sharpening) {}

const Float4* PredictedRows::mixed(int y) {
  Line& line = lines_[y % 3];
  if (line.y != y) {
    line.pixels.resize(static_cast<std::size_t>(pictures_.sources.base->whole.width));
    mix_row(pictures_, mixture_, y, &scratch_, line.pixels.data());
    line.y = y;
  }
  return line.pixels.data();
}

const Float4* PredictedRows::row(int y) {
  if (sharpening_.amount == 0) return mixed(y);
  const FloatPicture& base = pictures_.sources.base->whole;
  const CellField& cells = *pictures_.sources.flow;
  between_rows(sharpening_.gate->data(), cells.columns, between_points(y, cells.rows, kCell),
               &amounts_);
  for (float& amount : amounts_) amount *= sharpening_.amount;
  sharpened_.resize(static_cast<std::size_t>(base.width));
  const auto floats_of = [&](int row) { return reinterpret_cast<const float*>(mixed(row)); };
  const float* above = floats_of(std::max(y - 1, 0));
  const float* here = floats_of(y);
  const float* below = floats_of(std::min(y + 1, base.height - 1));
  cpu::kernels().sharpen_row({above, here, below, amounts_.data(), base.width,
                              reinterpret_cast<float*>(sharpened_.data())});
  return sharpened_.data();
}

}  // namespace stip
