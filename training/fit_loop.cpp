#include "fit_loop.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <yaml-cpp/yaml.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "data/loader.h"
#include "evaluation.h"
#include "interrupt.h"
#include "model/parameter_table.h"
#include "progress.h"
#include "train/trainer.h"
#include "trainer_options.h"

namespace stip::training {
namespace {

namespace fs = std::filesystem;

// The best validation so far, kept with the last checkpoint.
constexpr const char* kBestFact = "best";
using Clock = std::chrono::steady_clock;
using Json = nlohmann::ordered_json;

PictureBatch pictures_of(const Batch& batch) {
  PictureBatch pictures;
  for (const ClipSample& sample : batch.samples) pictures.samples.push_back(sample.pixels.data());
  const ClipSample& first = batch.samples.front();
  pictures.frames = first.frames;
  pictures.height = first.height;
  pictures.width = first.width;
  return pictures;
}

/// One run of `fit`: the trainer, its data, and what is written about it.
class Run {
 public:
  Run(const RunConfig& config, const FitOptions& options)
      : config_(config),
        options_(options),
        trainer_(trainer_options(config)),
        cache_(std::make_shared<FrameCache>(static_cast<std::size_t>(config.data.cache_mb) << 20)) {
    check_folder();
    open_data();
    begin_weights();
    write_file_atomically(options_.folder + "/config.yaml", write_run_config(config_));
    log_.open(options_.folder + "/log.jsonl", options_.resume ? std::ios::app : std::ios::trunc);
  }

  void train() {
    Loader loader([this](std::int64_t number) { return train_clips_->sample(number); },
                  loader_options());
    Progress progress("fit");
    const auto begin = Clock::now();
    const std::int64_t first = trainer_.iteration();
    while (trainer_.iteration() < config_.train.iterations && !must_stop(begin)) {
      const Batch batch = loader.next();
      const auto report = trainer_.run(pictures_of(batch));
      const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
      show(progress, report, static_cast<double>(trainer_.iteration() - first) / seconds);
      const std::int64_t done = trainer_.iteration();
      const bool last = done == config_.train.iterations;
      if (done % config_.train.validate_every == 0 || last) validate(progress);
      if (done % config_.train.checkpoint_every == 0 || last) save(progress);
    }
    if (trainer_.iteration() > saved_iteration_) save(progress);
    progress.pause();
    if (!fs::exists(model_path())) attempt("the model", [&] { write_model(); });
    if (!fs::exists(model_path())) {
      throw Error(ErrorCode::kWriteFailed,
                  model_path() + " could not be written; make room and --resume");
    }
    spdlog::info("{} iterations done; the model is {}", trainer_.iteration(), model_path());
  }

 private:
  ClipShape shape(int frames) const {
    ClipShape result;
    result.total = frames;
    result.step = config_.data.step;
    result.multiple = config_.model.multiple();
    return result;
  }

  void open_data() {
    if (config_.data.train.empty()) {
      throw Error(ErrorCode::kInvalidArgument,
                  "data.train names no files; give a list of videos or picture folders");
    }
    spdlog::info("reading the data once to index it");
    ClipShape training = shape(config_.data.total);
    training.crop = config_.data.crop;
    Augmentation augmentation;
    augmentation.flip_x = config_.data.flip_x;
    augmentation.flip_y = config_.data.flip_y;
    augmentation.reverse = config_.data.reverse;
    augmentation.still = config_.data.still;
    augmentation.motion_tries = config_.data.motion_tries;
    train_clips_ = std::make_unique<ClipDataset>(open_sources(config_.data.train, cache_), training,
                                                 augmentation, config_.train.seed);
    check_picture_size();
    warn_of_skipped(train_clips_->skipped(), "training");
    open_validation();
    spdlog::info("{} starts in {} clips to train on, {} to validate; {} parameters",
                 train_clips_->samples_per_epoch(), train_clips_->sources().size(),
                 validation_clips_ ? validation_clips_->count() : 0,
                 parameter_count(config_.model));
  }

  void open_validation() {
    if (config_.data.validation.empty()) return;
    ClipShape whole = shape(config_.context() + config_.train.validation_horizon);
    // Weights tied to a size are judged at that size, not on pictures scaled to it.
    if (config_.model.norm == Norm::kLayer) whole.crop = config_.data.crop;
    validation_clips_ = std::make_unique<FixedClips>(open_sources(config_.data.validation, cache_),
                                                     whole, 1, config_.train.validation_clips);
    warn_of_skipped(validation_clips_->skipped(), "validation");
  }

  static void warn_of_skipped(const std::vector<std::string>& names, const char* use) {
    if (names.empty()) return;
    spdlog::warn("{} of the {} files are too short for a clip and left out, the first is {}",
                 names.size(), use, names.front());
  }

  void check_picture_size() const {
    const ModelConfig& model = config_.model;
    if (config_.data.crop > 0) return;
    if (train_clips_->width() == model.width && train_clips_->height() == model.height) return;
    throw Error(
        ErrorCode::kInvalidArgument,
        fmt::format("the training pictures are {}x{} and the model's are {}x{}; set "
                    "model.width and model.height, or a data.crop (with norm: channel)",
                    train_clips_->width(), train_clips_->height(), model.width, model.height));
  }

  // Before anything is read or written: a wrong folder must not cost the indexing of the data.
  void check_folder() {
    if (options_.resume) {
      check_same_run();
      return;
    }
    std::error_code failed;
    fs::create_directories(options_.folder + "/checkpoints", failed);
    if (failed) {
      throw Error(ErrorCode::kWriteFailed,
                  "the folder " + options_.folder + " cannot be made: " + failed.message());
    }
    if (fs::exists(last_path())) {
      throw Error(ErrorCode::kInvalidArgument,
                  options_.folder +
                      " holds a training run already; give --resume to continue it, or "
                      "another folder with -o");
    }
  }

  // Continuing exactly needs the same rule and data; how long, how often and how fast may change.
  void check_same_run() const {
    if (!fs::exists(last_path())) {
      throw Error(ErrorCode::kNotFound,
                  options_.folder + " holds no run to continue; leave out --resume");
    }
    RunConfig before = read_run_config(options_.folder + "/config.yaml", {});
    before.train.iterations = config_.train.iterations;
    before.train.checkpoint_every = config_.train.checkpoint_every;
    before.train.validate_every = config_.train.validate_every;
    before.train.log_every = config_.train.log_every;
    before.train.workers = config_.train.workers;
    before.train.threads = config_.train.threads;
    before.data.cache_mb = config_.data.cache_mb;
    std::istringstream old_lines(write_run_config(before)), new_lines(write_run_config(config_));
    for (std::string was, is; std::getline(old_lines, was) && std::getline(new_lines, is);) {
      if (was == is) continue;
      throw Error(ErrorCode::kInvalidArgument,
                  "the run in " + options_.folder +
                      " was made with another configuration (it had `" +
                      was.substr(was.find_first_not_of(' ')) + "`, now `" +
                      is.substr(is.find_first_not_of(' ')) +
                      "`); --resume with the same one, or start a new run, with --init to keep the "
                      "weights");
    }
  }

  void begin_weights() {
    if (options_.resume) {
      const auto facts = trainer_.load_checkpoint(last_path());
      saved_iteration_ = trainer_.iteration();
      if (const auto best = facts.find(kBestFact); best != facts.end()) {
        best_ = std::strtod(best->second.c_str(), nullptr);
      }
      spdlog::info("continuing after iteration {}", trainer_.iteration());
    } else if (!options_.init.empty()) {
      trainer_.start_from(options_.init);
      spdlog::info("starting from the weights of {}", options_.init);
    }
  }

  LoaderOptions loader_options() const {
    LoaderOptions loader;
    loader.batch = config_.train.batch;
    loader.workers = config_.train.workers;
    loader.first_iteration = trainer_.iteration();
    return loader;
  }

  bool must_stop(Clock::time_point begin) const {
    if (interrupted() != 0) return true;
    const double minutes = std::chrono::duration<double>(Clock::now() - begin).count() / 60;
    return options_.max_minutes > 0 && minutes >= options_.max_minutes;
  }

  void show(Progress& progress, const Trainer::Report& report, double speed) {
    const StepLosses& losses = report.losses;
    const double left =
        static_cast<double>(config_.train.iterations - trainer_.iteration()) / speed;
    progress.show(
        trainer_.iteration(), config_.train.iterations,
        fmt::format("{:.2f} it/s, {} left | frame {:.5f} lp {:.4f} adv {:.3f} | D {:.2f}/{:.2f} | "
                    "rate {:.2g} truth {:.2f} | {} MB",
                    speed, duration_text(left), losses.frame, losses.perceptual, losses.adversarial,
                    losses.probability_true, losses.probability_predicted, report.rate,
                    report.truth_chance, memory_in_use() >> 20));
    if (report.iteration % config_.train.log_every != 0) return;
    log(Json{{"iteration", report.iteration},
             {"frame", losses.frame},
             {"objective", losses.objective},
             {"perceptual", losses.perceptual},
             {"adversarial", losses.adversarial},
             {"discriminator", losses.discriminator},
             {"probability_true", losses.probability_true},
             {"probability_predicted", losses.probability_predicted},
             {"gradient_norm", losses.gradient_norm},
             {"rate", report.rate},
             {"truth_chance", report.truth_chance},
             {"iterations_per_second", speed},
             {"memory_bytes", memory_in_use()}});
  }

  void log(const Json& record) {
    log_ << record.dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
  }

  void validate(Progress& progress) {
    if (validation_clips_ == nullptr) return;
    EvaluationOptions how;
    how.context = how.lead = config_.context();
    how.horizon = config_.train.validation_horizon;
    how.measures.psnr_alone = true;
    const Scores scores = evaluate(*trainer_.result(), *validation_clips_, how);
    Json horizons = Json::array();
    std::string text;
    for (std::size_t k = 0; k < scores.mean.size(); ++k) {
      const double model = scores.mean[k][kModelColumn][kPsnr];
      const double copied = scores.mean[k][kCopyLastColumn][kPsnr];
      horizons.push_back({{"k", k + 1}, {"psnr", model}, {"copy_last", copied}});
      text += fmt::format(" {}: {:.2f} ({:+.2f})", k + 1, model, model - copied);
    }
    log(Json{{"iteration", trainer_.iteration()},
             {"validation_psnr", scores.mean_psnr()},
             {"validation", horizons}});
    progress.pause();
    spdlog::info("iteration {}: validation PSNR in dB by horizon (against copy-last){}",
                 trainer_.iteration(), text);
    if (scores.mean_psnr() <= best_) return;
    best_record_ = horizons.dump();
    attempt("the best model", [&] {
      write_model();
      trainer_.save_checkpoint(options_.folder + "/checkpoints/best");
      best_ = scores.mean_psnr();  // only now: what was not written is written the next time
    });
  }

  void save(Progress& progress) {
    progress.pause();
    attempt("a checkpoint", [&] {
      trainer_.save_checkpoint(last_path(), {{kBestFact, fmt::format("{:.17g}", best_)}});
      saved_iteration_ = trainer_.iteration();
      if (validation_clips_ == nullptr || best_ == 0) write_model();
    });
  }

  // A full disk is reported, and training goes on from memory.
  template <typename Work>
  void attempt(const char* what, Work&& work) {
    try {
      work();
    } catch (const Error& error) {
      if (error.code() != ErrorCode::kWriteFailed) throw;
      spdlog::warn("{} was not saved: {}", what, error.what());
    }
  }

  void write_model() {
    YAML::Node facts;
    facts["version"] = STIP_VERSION;
    facts["iteration"] = trainer_.iteration();
    facts["seed"] = config_.train.seed;
    facts["command"] = options_.command;
    for (const auto& source : train_clips_->sources()) {
      facts["data"].push_back(fs::path(source.frames->name()).filename().string());
    }
    if (!best_record_.empty()) facts["validation"] = YAML::Load(best_record_);
    ModelConfig model = config_.model;
    model.context = config_.context();
    trainer_.save_model(model_path(), {model, YAML::Dump(facts), ""});
  }

  std::string model_path() const { return options_.folder + "/model.safetensors"; }
  std::string last_path() const { return options_.folder + "/checkpoints/last"; }

  const RunConfig& config_;
  const FitOptions& options_;
  Trainer trainer_;
  std::shared_ptr<FrameCache> cache_;
  std::unique_ptr<ClipDataset> train_clips_;
  std::unique_ptr<FixedClips> validation_clips_;
  std::ofstream log_;
  double best_ = 0;
  std::string best_record_;
  std::int64_t saved_iteration_ = 0;
};

}  // namespace

void fit(const RunConfig& config, const FitOptions& options) { Run(config, options).train(); }

}  // namespace stip::training
