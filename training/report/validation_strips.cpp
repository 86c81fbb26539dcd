#include "report/validation_strips.h"

#include <algorithm>

#include "canvas.h"
#include "metrics/psnr.h"
#include "picture_table.h"

namespace stip::training {
namespace {

constexpr std::size_t kMostStrips = 3;
// Five columns beside each other fill a page; more would only make files larger.
constexpr int kTileWidth = 240;

Image draw(const EvaluatedStart& start) {
  const ClipSample& clip = start.clip;
  const std::vector<Image>& predictions = start.predictions[kModelColumn];
  const std::vector<int> columns = table_columns(static_cast<int>(predictions.size()));
  const int factor = (clip.width + kTileWidth - 1) / kTileWidth;
  std::vector<PictureRow> rows = {{"truth", {}}, {"predicted", {}}, {"error", {}}};
  for (const int k : columns) {
    const Image truth = image_of(clip, start.lead + k);
    const Image& predicted = predictions[static_cast<std::size_t>(k)];
    rows[0].tiles.push_back(reduced(truth, factor));
    rows[1].tiles.push_back(reduced(predicted, factor));
    rows[2].tiles.push_back(reduced(error_picture(predicted, truth), factor));
  }
  return picture_table(rows, columns);
}

}  // namespace

void ValidationStrips::add(const EvaluatedStart& start) {
  const Image truth = image_of(start.clip, start.lead);
  Strip strip{start.clip.name,
              start.clip.start,
              squared_error(start.predictions[kCopyLastColumn].front().view(), truth.view()),
              {}};
  const auto same = std::find_if(strips_.begin(), strips_.end(),
                                 [&](const Strip& other) { return other.clip == strip.clip; });
  if (same != strips_.end()) {
    if (strip.copying_error <= same->copying_error) return;
    strips_.erase(same);
  }
  const auto place = std::find_if(strips_.begin(), strips_.end(), [&](const Strip& other) {
    return other.copying_error < strip.copying_error;
  });
  if (place == strips_.end() && strips_.size() == kMostStrips) return;
  strip.picture = draw(start);
  strips_.insert(place, std::move(strip));
  if (strips_.size() > kMostStrips) strips_.pop_back();
}

}  // namespace stip::training
