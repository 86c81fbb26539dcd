#include "eval_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "canvas.h"
#include "feature_figure.h"
#include "media/picture.h"
#include "metrics/psnr.h"
#include "picture_table.h"
#include "stip/error.h"

namespace stip::training {
namespace {

namespace fs = std::filesystem;

constexpr int kTileWidth = 320;
constexpr int kMostFeatureSteps = 12;
constexpr Colour kBlack = {0, 0, 0};
constexpr Colour kGrey = {190, 190, 190};
constexpr std::array<Colour, kColumnCount> kColours = {Colour{40, 40, 210}, Colour{130, 130, 130},
                                                       Colour{200, 120, 20}, Colour{60, 150, 30}};

// A column's name as it can be drawn.
std::string label_of(std::size_t column) {
  std::string name = kColumnNames[column];
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

struct Panel {
  Measure measure;
  const char* name;
  const char* format;
};

void draw_panel(const Panel& panel, const std::vector<HorizonScores>& mean, int left, int top,
                Canvas* canvas) {
  constexpr int kWidth = 400, kHeight = 240;
  double low = INFINITY, high = -INFINITY;
  for (const HorizonScores& scores : mean) {
    for (const Measures& measures : scores) {
      if (std::isnan(measures[panel.measure])) continue;
      low = std::min(low, measures[panel.measure]);
      high = std::max(high, measures[panel.measure]);
    }
  }
  canvas->text(panel.name, left, top - 16, kBlack);
  if (low > high) {
    canvas->text("not available", left + 20, top + 20, kBlack);
    return;
  }
  const double room = std::max(0.05 * (high - low), 1e-3);
  low -= room;
  high += room;
  const int horizons = static_cast<int>(mean.size());
  const auto x_of = [&](int k) {
    return left + 10 + k * (kWidth - 20.0) / std::max(1, horizons - 1);
  };
  const auto y_of = [&](double value) { return top + kHeight * (high - value) / (high - low); };
  for (int tick = 0; tick <= 4; ++tick) {
    const double value = low + (high - low) * tick / 4;
    canvas->line(left, y_of(value), left + kWidth, y_of(value), kGrey);
    const std::string text = fmt::format(fmt::runtime(panel.format), value);
    canvas->text(text, left - 6 - Canvas::text_width(text), static_cast<int>(y_of(value)) - 5,
                 kBlack);
  }
  for (int k = 0; k < horizons; k += 1 + horizons / 10) {
    canvas->text(std::to_string(k + 1), static_cast<int>(x_of(k)) - 3, top + kHeight + 8, kBlack);
  }
  for (std::size_t column = kColumnCount; column-- > 0;) {  // the model last, on top
    for (int k = 0; k < horizons; ++k) {
      const double value = mean[static_cast<std::size_t>(k)][column][panel.measure];
      if (std::isnan(value)) continue;
      const double before =
          k > 0 ? mean[static_cast<std::size_t>(k - 1)][column][panel.measure] : value;
      canvas->line(x_of(std::max(0, k - 1)), y_of(before), x_of(k), y_of(value), kColours[column]);
    }
  }
}

Image curves_of(const std::vector<HorizonScores>& mean) {
  Canvas canvas(1000, 660);
  for (std::size_t column = 0; column < kColumnCount; ++column) {
    const int x = 80 + static_cast<int>(column) * 130;
    canvas.line(x, 12, x + 20, 12, kColours[column]);
    canvas.text(label_of(column), x + 28, 8, kBlack);
  }
  draw_panel({kPsnr, "PSNR dB", "{:.1f}"}, mean, 80, 60, &canvas);
  draw_panel({kSsim, "SSIM", "{:.3f}"}, mean, 580, 60, &canvas);
  draw_panel({kLpips, "LPIPS", "{:.3f}"}, mean, 80, 380, &canvas);
  draw_panel({kSharpness, "sharpness", "{:.2f}"}, mean, 580, 380, &canvas);
  return canvas.image();
}

}  // namespace

EvalFigures::EvalFigures(const std::string& folder, const std::optional<Network>& network)
    : folder_(folder) {
  if (network) {
    context_ = network->context;
    tracer_.emplace(network->model_file, network->threads);
  }
  std::error_code code;
  fs::create_directories(folder, code);
  if (!fs::is_directory(folder)) {
    throw Error(ErrorCode::kWriteFailed,
                "the folder " + folder + " for figures cannot be made: " + code.message());
  }
}

void EvalFigures::add(const EvaluatedStart& start) {
  if (start.starts_in_clip == 0) {
    write_clip();
    ++clips_;
    clip_ = fs::path(start.clip.name).stem().string();
  }
  const ClipSample& clip = start.clip;
  const Image truth = image_of(clip, start.lead);
  const double copied =
      squared_error(start.predictions[kCopyLastColumn].front().view(), truth.view());
  if (copied <= worst_) return;
  worst_ = copied;
  given_.clear();
  for (int t = start.lead - context_; t < start.lead; ++t) given_.push_back(image_of(clip, t));
  horizon_ = static_cast<int>(start.predictions[kModelColumn].size());
  const auto columns = table_columns(static_cast<int>(start.predictions[kModelColumn].size()));
  const int factor = (clip.width + kTileWidth - 1) / kTileWidth;
  std::vector<PictureRow> pictures(1), errors;
  pictures[0].name = "truth";
  for (const int k : columns) {
    pictures[0].tiles.push_back(reduced(image_of(clip, start.lead + k), factor));
  }
  for (std::size_t column = 0; column < kColumnCount; ++column) {
    const std::vector<Image>& predicted = start.predictions[column];
    if (predicted.empty()) continue;
    pictures.push_back({label_of(column), {}});
    errors.push_back({label_of(column), {}});
    for (const int k : columns) {
      const Image& prediction = predicted[static_cast<std::size_t>(k)];
      pictures.back().tiles.push_back(reduced(prediction, factor));
      errors.back().tiles.push_back(
          reduced(error_picture(prediction, image_of(clip, start.lead + k)), factor));
    }
  }
  strip_ = picture_table(pictures, columns);
  errors_ = picture_table(errors, columns);
}

void EvalFigures::write_clip() {
  if (worst_ < 0) return;
  const std::string start = (fs::path(folder_) / fmt::format("{:02}-{}", clips_, clip_)).string();
  write_png(start + "-strip.png", strip_.view());
  write_png(start + "-error.png", errors_.view());
  if (tracer_) {
    std::vector<FrameView> views;
    for (const Image& image : given_) views.push_back(image.view());
    // A wide figure helps nobody.
    const int horizon = std::min(horizon_, kMostFeatureSteps - context_ + 1);
    write_png(start + "-features.png",
              feature_figure(tracer_->trace(views, std::max(1, horizon))).view());
  }
  worst_ = -1;
}

void EvalFigures::finish(const Scores& scores) {
  write_clip();
  write_png((fs::path(folder_) / "curves.png").string(), curves_of(scores.mean).view());
}

}  // namespace stip::training
