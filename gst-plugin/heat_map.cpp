#include "heat_map.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "component.h"
#include "picture_copy.h"

namespace stip::gst {
namespace {

constexpr double kUnseen = 10;  // levels
constexpr double kFull = 100;
constexpr double kFaintest = 0.25;
constexpr double kStrongest = 0.75;

// How hot a block is, 0 to 1, or below 0: not coloured.
double heat_of(double squared_error) {
  const double levels = std::sqrt(squared_error);
  return levels < kUnseen ? -1 : std::min((levels - kUnseen) / (kFull - kUnseen), 1.0);
}

int level_at(Levels levels, double share) {
  return static_cast<int>(std::lround(levels.low + share * (levels.high - levels.low)));
}

// Yellow to red in the values that one component of the frame has for it.
int colour_value(const GstVideoFrame* frame, int component, double heat) {
  const std::array<double, 3> rgb = {1, 0.9 * (1 - heat), 0};
  const Levels levels = levels_of(frame, component);
  const GstVideoFormatInfo* format = frame->info.finfo;
  if (GST_VIDEO_FORMAT_INFO_IS_GRAY(format)) return levels.high;
  if (GST_VIDEO_FORMAT_INFO_IS_RGB(format)) {
    return level_at(levels, rgb[static_cast<std::size_t>(component)]);
  }
  double red_weight = 0.299;  // where the colorimetry does not say, as converters take it
  double blue_weight = 0.114;
  gst_video_color_matrix_get_Kr_Kb(frame->info.colorimetry.matrix, &red_weight, &blue_weight);
  const double luma =
      red_weight * rgb[0] + (1 - red_weight - blue_weight) * rgb[1] + blue_weight * rgb[2];
  if (component == 0) return level_at(levels, luma);
  // Of chroma the levels are grey and the whole reach: differences are -0.5 to 0.5 of it.
  if (component == 1) return level_at(levels, (rgb[2] - luma) / (2 * (1 - blue_weight)));
  return level_at(levels, (rgb[0] - luma) / (2 * (1 - red_weight)));
}

struct Paint {
  int value = 0;
  int weight = 0;  // of 256
};

std::vector<Paint> paints_of(const GstVideoFrame* frame, int component, const ErrorMap& errors) {
  std::vector<Paint> paints;
  for (const float error : errors.errors) {
    const double heat = heat_of(static_cast<double>(error));
    Paint paint;
    if (heat >= 0) {
      paint.value = std::clamp(colour_value(frame, component, heat), 0, 255);
      paint.weight = static_cast<int>(256 * (kFaintest + heat * (kStrongest - kFaintest)));
    }
    paints.push_back(paint);
  }
  return paints;
}

void colour(const GstVideoFrame* picture, int component, const std::vector<Paint>& paints,
            const ErrorMap& errors) {
  const Component to(picture, component);
  // Where the component has fewer samples than the picture has pixels, each is of several.
  const int wide = 1 << GST_VIDEO_FORMAT_INFO_W_SUB(picture->info.finfo, component);
  const int high = 1 << GST_VIDEO_FORMAT_INFO_H_SUB(picture->info.finfo, component);
  for (int y = 0; y < to.height; ++y) {
    const Paint* line = paints.data() + std::ptrdiff_t{y * high / errors.block} * errors.columns;
    guint8* row = to.row(y);
    for (int x = 0; x < to.width; ++x) {
      const Paint& paint = line[x * wide / errors.block];
      guint8& sample = row[x * to.step];
      sample = static_cast<guint8>(sample + (paint.value - sample) * paint.weight / 256);
    }
  }
}

}  // namespace

void draw_heat_map(const GstVideoFrame* original, const ErrorMap* errors, GstVideoFrame* picture) {
  copy_picture(original, picture);
  if (errors == nullptr) return;
  for (int c = 0; c < colour_count(original); ++c) {
    colour(picture, c, paints_of(original, c, *errors), *errors);
  }
}

}  // namespace stip::gst
