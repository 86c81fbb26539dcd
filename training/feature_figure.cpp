#include "feature_figure.h"

#include <algorithm>
#include <cmath>

#include "canvas.h"
#include "picture_table.h"

namespace stip::training {
namespace {

constexpr int kTileWidth = 128;

struct Place {
  const char* name;
  FeatureMaps FeatureStep::*maps;
};
constexpr Place kPlaces[] = {{"T", &FeatureStep::temporal},
                             {"S", &FeatureStep::spatial},
                             {"R", &FeatureStep::trend_gate},
                             {"Z", &FeatureStep::update_gate}};

// Every pixel factor times in both directions.
Image enlarged(const Image& image, int factor) {
  Image result(image.width * factor, image.height * factor);
  for (int y = 0; y < result.height; ++y) {
    for (int x = 0; x < result.width; ++x) {
      const auto* from = image.pixels.data() +
                         (static_cast<std::ptrdiff_t>(y / factor) * image.width + x / factor) * 3;
      std::copy(from, from + 3,
                result.pixels.data() + (static_cast<std::ptrdiff_t>(y) * result.width + x) * 3);
    }
  }
  return result;
}

Image tile_of(const Image& mosaic) {
  if (mosaic.width <= kTileWidth) return enlarged(mosaic, kTileWidth / mosaic.width);
  return reduced(mosaic, (mosaic.width + kTileWidth - 1) / kTileWidth);
}

float largest_of(const std::vector<FeatureStep>& steps, const Place& place) {
  float largest = 0;
  for (const FeatureStep& step : steps) {
    for (const float value : (step.*place.maps).values) largest = std::max(largest, value);
  }
  return largest;
}

}  // namespace

Image channel_mosaic(const FeatureMaps& maps, float largest) {
  const int across = static_cast<int>(std::ceil(std::sqrt(maps.channels)));
  const int down = (maps.channels + across - 1) / across;
  Image mosaic(across * maps.width, down * maps.height);
  const float* value = maps.values.data();
  for (int channel = 0; channel < maps.channels; ++channel) {
    for (int y = 0; y < maps.height; ++y) {
      for (int x = 0; x < maps.width; ++x, ++value) {
        // Written so that a value that is no number is black.
        const float share = largest > 0 && *value > 0 ? std::min(*value / largest, 1.0f) : 0.0f;
        const std::ptrdiff_t row = std::ptrdiff_t{channel / across} * maps.height + y;
        const std::ptrdiff_t column = std::ptrdiff_t{channel % across} * maps.width + x;
        std::fill_n(mosaic.pixels.begin() + (row * mosaic.width + column) * 3, 3,
                    static_cast<std::uint8_t>(std::lround(255 * share)));
      }
    }
  }
  return mosaic;
}

Image feature_figure(const std::vector<FeatureStep>& steps) {
  std::vector<std::string> headings;
  for (std::size_t t = 0; t < steps.size(); ++t)
    headings.push_back("STEP " + std::to_string(t + 1));
  std::vector<PictureRow> rows;
  for (const Place& place : kPlaces) {
    const float largest = largest_of(steps, place);
    rows.push_back({place.name, {}});
    for (const FeatureStep& step : steps) {
      rows.back().tiles.push_back(tile_of(channel_mosaic(step.*place.maps, largest)));
    }
  }
  return picture_table(rows, headings);
}

}  // namespace stip::training
