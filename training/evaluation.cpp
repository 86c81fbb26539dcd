#include "evaluation.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <numeric>

#include "media/image.h"
#include "metrics/psnr.h"

namespace stip::training {
namespace {

FrameView view_of(const ClipSample& clip, int frame) {
  return {clip.frame(frame), clip.width, clip.height, std::ptrdiff_t{3} * clip.width,
          PixelOrder::kBgr};
}

// Keeps the predictor while clips have one size.
class PredictorOfSize {
 public:
  PredictorOfSize(const Model& model, int context) : model_(model), context_(context) {}

  Predictor& get(int width, int height) {
    if (predictor_ == nullptr || width != width_ || height != height_) {
      PredictorOptions options;
      options.width = width_ = width;
      options.height = height_ = height;
      options.context = context_;
      predictor_ = model_.make_predictor(options);
    }
    predictor_->reset();
    return *predictor_;
  }

 private:
  const Model& model_;
  int context_;
  int width_ = 0;
  int height_ = 0;
  std::unique_ptr<Predictor> predictor_;
};

double predict_clip(Predictor& predictor, const ClipSample& clip, int context,
                    std::vector<Image>* predictions) {
  for (int t = 0; t < context; ++t) predictor.push(view_of(clip, t));
  std::vector<MutableFrameView> futures;
  for (Image& image : *predictions) futures.push_back(image.mutable_view());
  const auto begin = std::chrono::steady_clock::now();
  predictor.predict(futures);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void add_clip(const ClipSample& clip, const std::vector<Image>& predictions, int context,
              ClipScores* scores) {
  scores->horizons.resize(predictions.size());
  for (std::size_t k = 0; k < predictions.size(); ++k) {
    const FrameView truth = view_of(clip, context + static_cast<int>(k));
    scores->horizons[k].model += psnr(squared_error(predictions[k].view(), truth));
    scores->horizons[k].copy_last += psnr(squared_error(view_of(clip, context - 1), truth));
  }
  ++scores->starts;
}

void divide(std::vector<HorizonScore>* scores, double count) {
  for (HorizonScore& score : *scores) {
    score.model /= count;
    score.copy_last /= count;
  }
}

void finish(Scores* scores, std::map<int, ClipScores> by_source, int horizon) {
  scores->mean.resize(static_cast<std::size_t>(horizon));
  for (auto& [source, clip] : by_source) {
    divide(&clip.horizons, static_cast<double>(clip.starts));
    for (std::size_t k = 0; k < scores->mean.size(); ++k) {
      scores->mean[k].model += clip.horizons[k].model;
      scores->mean[k].copy_last += clip.horizons[k].copy_last;
    }
    scores->clips.push_back(std::move(clip));
  }
  divide(&scores->mean, static_cast<double>(scores->clips.size()));
}

}  // namespace

double Scores::mean_psnr() const {
  const double sum =
      std::accumulate(mean.begin(), mean.end(), 0.0,
                      [](double total, const HorizonScore& s) { return total + s.model; });
  return sum / static_cast<double>(mean.size());
}

Scores evaluate(const Model& model, const FixedClips& clips, int context, int horizon,
                const std::function<void(std::int64_t, std::int64_t)>& progress) {
  PredictorOfSize predictors(model, context);
  std::map<int, ClipScores> by_source;
  std::vector<double> seconds;
  for (std::int64_t number = 0; number < clips.count(); ++number) {
    const ClipSample clip = clips.clip(number);
    std::vector<Image> predictions(static_cast<std::size_t>(horizon),
                                   Image(clip.width, clip.height));
    seconds.push_back(
        predict_clip(predictors.get(clip.width, clip.height), clip, context, &predictions));
    ClipScores& scores = by_source[clip.source];
    scores.name = clip.name;
    scores.frames = clips.sources()[static_cast<std::size_t>(clip.source)].frames->count();
    add_clip(clip, predictions, context, &scores);
    if (progress) progress(number + 1, clips.count());
  }
  if (seconds.empty()) {
    throw Error(ErrorCode::kInvalidArgument,
                "no clip is long enough to be evaluated: " + std::to_string(context + horizon) +
                    " frames (context + horizon) are needed");
  }
  Scores scores;
  finish(&scores, std::move(by_source), horizon);
  std::nth_element(seconds.begin(),
                   seconds.begin() + static_cast<std::ptrdiff_t>(seconds.size() / 2),
                   seconds.end());
  scores.seconds_per_rollout = seconds[seconds.size() / 2];
  return scores;
}

}  // namespace stip::training
