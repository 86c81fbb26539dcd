#include "fit_data.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "data/leak_check.h"
#include "data/padded_source.h"

namespace stip::training {
namespace {

ClipShape shape_of(const RunConfig& config, int frames) {
  ClipShape shape;
  shape.total = frames;
  shape.step = config.data.step;
  shape.multiple = config.model.multiple();
  return shape;
}

void warn_of_skipped(const std::vector<std::string>& names, const char* use) {
  if (names.empty()) return;
  spdlog::warn("{} of the {} files are too short for a clip and left out, the first is {}",
               names.size(), use, names.front());
}

// Pictures a little smaller than a network that is tied to its size are padded to it, as the
// element does.
std::vector<WeightedSource> padded_to_model(std::vector<WeightedSource> sources,
                                            const RunConfig& config) {
  const ModelConfig& model = config.model;
  if (config.data.crop > 0 || model.norm != Norm::kLayer) return sources;
  const auto nearly = [&](int size, int wanted) {
    return size < wanted && size > wanted - model.multiple();
  };
  for (WeightedSource& source : sources) {
    const int width = source.frames->width(), height = source.frames->height();
    const bool narrow = nearly(width, model.width), low = nearly(height, model.height);
    if ((!narrow && width != model.width) || (!low && height != model.height)) continue;
    if (!narrow && !low) continue;
    source.frames = std::make_shared<PaddedSource>(source.frames, model.width, model.height);
  }
  return sources;
}

void check_picture_size(const RunConfig& config, const ClipDataset& clips) {
  const ModelConfig& model = config.model;
  if (config.data.crop > 0) return;
  if (clips.width() == model.width && clips.height() == model.height) return;
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("the training pictures are {}x{} and the model's are {}x{}; set "
                          "model.width and model.height, or a data.crop (with norm: channel)",
                          clips.width(), clips.height(), model.width, model.height));
}

std::unique_ptr<ClipDataset> open_training(const RunConfig& config,
                                           const std::shared_ptr<FrameCache>& cache) {
  if (config.data.train.empty()) {
    throw Error(ErrorCode::kInvalidArgument,
                "data.train names no files; give a list of videos or picture folders");
  }
  ClipShape shape = shape_of(config, config.data.total);
  shape.crop = config.data.crop;
  Augmentation augmentation;
  augmentation.flip_x = config.data.flip_x;
  augmentation.flip_y = config.data.flip_y;
  augmentation.reverse = config.data.reverse;
  augmentation.still = config.data.still;
  augmentation.motion_tries = config.data.motion_tries;
  augmentation.speed_up = config.data.speed_up;
  augmentation.uneven = config.data.uneven;
  augmentation.shrink = config.data.shrink;
  augmentation.transpose = config.data.transpose;
  augmentation.tone = config.data.tone;
  auto clips = std::make_unique<ClipDataset>(
      padded_to_model(open_sources(config.data.train, cache, shape.total), config), shape,
      augmentation, config.train.seed);
  check_picture_size(config, *clips);
  warn_of_skipped(clips->skipped(), "training");
  return clips;
}

std::unique_ptr<FixedClips> open_validation(const RunConfig& config,
                                            const std::shared_ptr<FrameCache>& cache) {
  if (config.data.validation.empty()) return nullptr;
  ClipShape whole = shape_of(config, config.context() + config.train.validation_horizon);
  if (config.model.norm == Norm::kLayer) {
    // Weights tied to a size are judged at that size, not on pictures scaled to it; a picture that
    // has to be padded (2160 rows to 2176) is judged on its own rows, and must not be cut before.
    whole.crop = config.data.crop;
    whole.multiple = 1;
  }
  auto clips =
      std::make_unique<FixedClips>(open_sources(config.data.validation, cache, whole.total), whole,
                                   1, config.train.validation_clips);
  warn_of_skipped(clips->skipped(), "validation");
  return clips;
}

}  // namespace

std::string FitData::text() const {
  return fmt::format("{} starts in {} clips to train on, {} to validate.",
                     train->samples_per_epoch(), train->sources().size(),
                     validation ? validation->count() : 0);
}

FitData open_fit_data(const RunConfig& config) {
  const auto cache =
      std::make_shared<FrameCache>(static_cast<std::size_t>(config.data.cache_mb) << 20);
  FitData data;
  data.train = open_training(config, cache);
  data.validation = open_validation(config, cache);
  if (data.validation) check_for_leaks(data.train->sources(), data.validation->sources());
  return data;
}

}  // namespace stip::training
