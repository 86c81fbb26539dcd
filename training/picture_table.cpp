#include "picture_table.h"

#include <algorithm>
#include <cstdlib>

#include "canvas.h"

namespace stip::training {
namespace {

constexpr int kGap = 4;
constexpr int kMargin = 100;
constexpr int kHeader = 20;
constexpr int kMostColumns = 5;
constexpr Colour kBlack = {0, 0, 0};

}  // namespace

Image picture_table(const std::vector<PictureRow>& rows, const std::vector<std::string>& headings) {
  const Image& first = rows.front().tiles.front();
  const int height = first.height + kGap;
  const auto left_of = [&](std::size_t column) {
    return kMargin + static_cast<int>(column) * (first.width + kGap);
  };
  Canvas canvas(left_of(headings.size()), kHeader + static_cast<int>(rows.size()) * height);
  for (std::size_t c = 0; c < headings.size(); ++c) {
    canvas.text(headings[c], left_of(c), 5, kBlack);
  }
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const int y = kHeader + static_cast<int>(r) * height;
    canvas.text(rows[r].name, 4, y + first.height / 2, kBlack);
    for (std::size_t c = 0; c < headings.size(); ++c) {
      canvas.picture(rows[r].tiles[c], left_of(c), y);
    }
  }
  return canvas.image();
}

Image picture_table(const std::vector<PictureRow>& rows, const std::vector<int>& columns) {
  std::vector<std::string> headings;
  for (const int column : columns) headings.push_back("+" + std::to_string(column + 1));
  return picture_table(rows, headings);
}

std::vector<int> table_columns(int horizon) {
  std::vector<int> columns;
  const int count = std::min(horizon, kMostColumns);
  for (int i = 0; i < count; ++i)
    columns.push_back(count == 1 ? 0 : i * (horizon - 1) / (count - 1));
  return columns;
}

Image error_picture(const Image& prediction, const Image& truth) {
  Image map(truth.width, truth.height);
  for (std::size_t i = 0; i < map.pixels.size(); ++i) {
    const int error = std::abs(int{prediction.pixels[i]} - int{truth.pixels[i]});
    map.pixels[i] = static_cast<std::uint8_t>(std::min(255, 4 * error));
  }
  return map;
}

Image image_of(const ClipSample& clip, int frame) {
  Image image(clip.width, clip.height);
  image.pixels.assign(clip.frame(frame), clip.frame(frame) + image.pixels.size());
  return image;
}

}  // namespace stip::training
