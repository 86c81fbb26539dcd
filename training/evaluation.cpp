#include "evaluation.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <exception>
#include <mutex>
#include <thread>

#include "score_sums.h"
#include "stip/error.h"

namespace stip::training {
namespace {

using Predictions = std::array<std::vector<Image>, kColumnCount>;

FrameView view_of(const ClipSample& clip, int frame) {
  return {clip.frame(frame), clip.width, clip.height, std::ptrdiff_t{3} * clip.width,
          PixelOrder::kBgr};
}

// Keeps a model's predictor while clips have one size.
class PredictorOfSize {
 public:
  PredictorOfSize(const Model& model, int context) : model_(model), context_(context) {}

  /// Predicts from the frames before `lead`; returns the seconds that predicting took.
  double predict(const ClipSample& clip, int lead, std::vector<Image>* predictions) {
    Predictor& predictor = get(clip.width, clip.height);
    for (int t = lead - context_; t < lead; ++t) predictor.push(view_of(clip, t));
    std::vector<MutableFrameView> futures;
    for (Image& image : *predictions) futures.push_back(image.mutable_view());
    const auto begin = std::chrono::steady_clock::now();
    predictor.predict(futures);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }

 private:
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

  const Model& model_;
  int context_;
  int width_ = 0;
  int height_ = 0;
  std::unique_ptr<Predictor> predictor_;
};

// Runs work(0) .. work(count - 1) on the machine's cores; the first error is thrown again.
void for_each_in_parallel(int count, const std::function<void(int)>& work) {
  std::atomic<int> next{0};
  std::exception_ptr error;
  std::mutex mutex;
  const auto run = [&] {
    for (int i = next++; i < count; i = next++) {
      try {
        work(i);
      } catch (...) {
        const std::lock_guard<std::mutex> lock(mutex);
        if (!error) error = std::current_exception();
      }
    }
  };
  std::vector<std::thread> others;
  const int cores = static_cast<int>(std::thread::hardware_concurrency());
  for (int i = 1; i < std::min(cores, count); ++i) others.emplace_back(run);
  run();
  for (std::thread& other : others) other.join();
  if (error) std::rethrow_exception(error);
}

class Evaluation {
 public:
  Evaluation(const Model& model, const EvaluationOptions& options)
      : options_(options), model_(model, options.context), sums_(options.horizon) {
    if (options.flow) flow_ = std::make_unique<PredictorOfSize>(*options.flow, options.lead);
    if (options.blend) blend_ = std::make_unique<PredictorOfSize>(*options.blend, options.lead);
  }

  void add(const ClipSample& clip, std::int64_t frames_of_source) {
    sums_.begin_start(clip, frames_of_source);
    predict(clip);
    if (options_.observe) {
      options_.observe({clip, options_.lead, sums_.starts_in_clip(), predictions_});
    }
    sums_.add(clip.start / (options_.lead + options_.horizon), measure_all(clip));
  }

  Scores finish() {
    Scores scores = sums_.finish();
    const auto middle = seconds_.begin() + static_cast<std::ptrdiff_t>(seconds_.size() / 2);
    std::nth_element(seconds_.begin(), middle, seconds_.end());
    scores.seconds_per_rollout = double{*middle};
    return scores;
  }

 private:
  void predict(const ClipSample& clip) {
    for (auto& column : predictions_) column.clear();
    const std::vector<Image> fresh(static_cast<std::size_t>(options_.horizon),
                                   Image(clip.width, clip.height));
    predictions_[kModelColumn] = fresh;
    const double seconds = model_.predict(clip, options_.lead, &predictions_[kModelColumn]);
    // The newest are as good as any for the median.
    if (seconds_.size() == 1000) seconds_.erase(seconds_.begin());
    seconds_.push_back(static_cast<float>(seconds));
    predictions_[kCopyLastColumn] = fresh;
    for (Image& image : predictions_[kCopyLastColumn]) {
      const std::uint8_t* newest = clip.frame(options_.lead - 1);
      image.pixels.assign(newest, newest + image.pixels.size());
    }
    if (flow_) {
      predictions_[kFlowColumn] = fresh;
      flow_->predict(clip, options_.lead, &predictions_[kFlowColumn]);
    }
    if (blend_) {
      predictions_[kBlendColumn] = fresh;
      blend_->predict(clip, options_.lead, &predictions_[kBlendColumn]);
    }
  }

  std::vector<HorizonScores> measure_all(const ClipSample& clip) const {
    HorizonScores none;
    none.fill(no_measures());
    std::vector<HorizonScores> scores(static_cast<std::size_t>(options_.horizon), none);
    for_each_in_parallel(options_.horizon * kColumnCount, [&](int i) {
      const int k = i / kColumnCount;
      const auto column = static_cast<std::size_t>(i % kColumnCount);
      const std::vector<Image>& pictures = predictions_[column];
      if (pictures.empty()) return;
      scores[static_cast<std::size_t>(k)][column] =
          measure(pictures[static_cast<std::size_t>(k)].view(), view_of(clip, options_.lead + k),
                  options_.measures);
    });
    return scores;
  }

  const EvaluationOptions& options_;
  PredictorOfSize model_;
  std::unique_ptr<PredictorOfSize> flow_;
  std::unique_ptr<PredictorOfSize> blend_;
  Predictions predictions_;
  ScoreSums sums_;
  std::vector<float> seconds_;
};

}  // namespace

Scores evaluate(const Model& model, const FixedClips& clips, const EvaluationOptions& options) {
  if (clips.count() == 0) {
    throw Error(ErrorCode::kInvalidArgument, "no clip is long enough to be evaluated: " +
                                                 std::to_string(options.lead + options.horizon) +
                                                 " frames (context + horizon) are needed");
  }
  Evaluation evaluation(model, options);
  for (std::int64_t number = 0; number < clips.count(); ++number) {
    const ClipSample clip = clips.clip(number);
    evaluation.add(clip, clips.sources()[static_cast<std::size_t>(clip.source)].frames->count());
    if (options.progress) options.progress(number + 1, clips.count());
  }
  return evaluation.finish();
}

}  // namespace stip::training
