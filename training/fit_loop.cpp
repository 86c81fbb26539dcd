#include "fit_loop.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <yaml-cpp/yaml.h>

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "base/atomic_file.h"
#include "data/loader.h"
#include "evaluation.h"
#include "fit_data.h"
#include "interrupt.h"
#include "model/parameter_table.h"
#include "progress.h"
#include "report/run_record.h"
#include "run_folder.h"
#include "train/memory_estimate.h"
#include "train/trainer.h"
#include "trainer_options.h"
#include "write_attempt.h"

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
        folder_(options.folder, options.resume),
        trainer_(trainer_options(config)) {
    if (options_.resume) check_same_run();
    spdlog::info("reading the data once to index it");
    data_ = open_fit_data(config_);
    spdlog::info("{} {} parameters, trained on {}.", data_.text(), parameter_count(config_.model),
                 trainer_.device());
    say_memory_needed();
    begin_weights();
    folder_.make_checkpoint_folder();
    write_file_atomically(folder_.config(), write_run_config(config_));
    record_.emplace(options_.folder, trainer_.iteration());
  }

  void train() {
    Loader loader(
        [this](std::int64_t number) {
          return kept_in(trainer_.picture_memory(), data_.train->sample(number));
        },
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
      if (config_.train.keep_every > 0 && done % config_.train.keep_every == 0) keep(progress);
    }
    if (first == config_.train.iterations) make_up(progress);
    if (trainer_.iteration() > saved_iteration_ || !fs::exists(folder_.last())) save(progress);
    progress.pause();
    write_report();  // also of a run that ended before its first validation
    if (!fs::exists(folder_.model())) save_model();
    check_saved();
    spdlog::info("{} iterations done; the model is {}", trainer_.iteration(), folder_.model());
  }

 private:
  void say_memory_needed() const {
    const auto needed =
        estimate_training_memory(trainer_options(config_), config_.train.batch, config_.data.total);
    const double gigabytes = static_cast<double>(needed) / 1e9;
    spdlog::info("training needs about {:.1f} GB, and up to {:.1f} GB for the cache of frames",
                 gigabytes, config_.data.cache_mb * 1.048576e-3);
    if (const double there = memory_available() / 1e9; gigabytes > there) {
      spdlog::warn(
          "only {:.1f} GB are free; train.recompute: true needs less, and so does a smaller "
          "train.batch (with train.accumulate), data.total or data.crop",
          there);
    }
  }

  // Continuing exactly needs the same rule and data; how long, how often, how fast and in
  // how much memory may change.
  void check_same_run() const {
    RunConfig before = read_run_config(folder_.config(), {});
    before.train.iterations = config_.train.iterations;
    before.train.checkpoint_every = config_.train.checkpoint_every;
    before.train.keep_every = config_.train.keep_every;
    before.train.validate_every = config_.train.validate_every;
    before.train.log_every = config_.train.log_every;
    before.train.workers = config_.train.workers;
    before.train.threads = config_.train.threads;
    before.train.recompute = config_.train.recompute;
    before.train.device = config_.train.device;
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
      const auto facts = trainer_.load_checkpoint(folder_.last());
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
    loader.batch = config_.train.clips();
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
        fmt::format(
            "{:.2f} it/s, {} left | frame {:.5f} | lp {:.4f} adv {:.3f} | D {:.2f}/{:.2f} | "
            "rate {:.2g} truth {:.2f} | {} MB",
            speed, duration_text(left), losses.frame, losses.perceptual, losses.adversarial,
            losses.probability_true, losses.probability_predicted, report.rate, report.truth_chance,
            memory_in_use() >> 20));
    if (report.iteration % config_.train.log_every != 0) return;
    record_->log(Json{{"iteration", report.iteration},
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
                      {"memory_bytes", memory_in_use()},
                      {"peak_memory_bytes", peak_memory_in_use()}});
  }

  void validate(Progress& progress) {
    if (data_.validation == nullptr) return;
    EvaluationOptions how;
    how.context = how.lead = config_.context();
    how.horizon = config_.train.validation_horizon;
    how.measures.psnr_alone = true;
    ValidationStrips strips;
    how.observe = [&](const EvaluatedStart& start) { strips.add(start); };
    const Scores scores = evaluate(*trainer_.result(), *data_.validation, how);
    Json horizons = Json::array();
    std::string text;
    for (std::size_t k = 0; k < scores.mean.size(); ++k) {
      const double model = scores.mean[k][kModelColumn][kPsnr];
      const double copied = scores.mean[k][kCopyLastColumn][kPsnr];
      horizons.push_back({{"k", k + 1}, {"psnr", model}, {"copy_last", copied}});
      text += fmt::format(" {}: {:.2f} ({:+.2f})", k + 1, model, model - copied);
    }
    record_->log(Json{{"iteration", trainer_.iteration()},
                      {"validation_psnr", scores.mean_psnr()},
                      {"validation", horizons}});
    progress.pause();
    spdlog::info("iteration {}: validation PSNR in dB by horizon (against copy-last){}",
                 trainer_.iteration(), text);
    if (scores.mean_psnr() > best_) {
      best_record_ = horizons.dump();
      model_saved_ = attempt_to_write("the best model", [&] {
        write_model();
        trainer_.save_checkpoint(folder_.checkpoint("best"));
        best_ = scores.mean_psnr();  // only now: what was not written is written the next time
      });
    }
    attempt_to_write("a strip", [&] { record_->add_strips(trainer_.iteration(), strips); });
    write_report();
  }

  void write_report() {
    ReportPage page;
    page.name = fs::absolute(options_.folder).lexically_normal().filename().string();
    page.command = options_.command;
    page.configuration = write_run_config(config_);
    page.data = data_.text();
    page.done = trainer_.iteration();
    page.all = config_.train.iterations;
    page.best_psnr = best_;
    attempt_to_write("the report", [&] { record_->write_report(std::move(page)); });
  }

  void save(Progress& progress) {
    progress.pause();
    attempt_to_write("a checkpoint", [&] {
      trainer_.save_checkpoint(folder_.last(), checkpoint_facts());
      saved_iteration_ = trainer_.iteration();
    });
    if (data_.validation == nullptr || best_ == 0) save_model();
    if (data_.validation == nullptr) write_report();
  }

  void save_model() {
    model_saved_ = attempt_to_write("the model", [&] { write_model(); });
  }

  // A run that was at its end already: its last model may not have been written for want of room.
  void make_up(Progress& progress) {
    data_.validation != nullptr ? validate(progress) : save_model();
  }

  // What could not be written at the end is lost with the process: that is no success.
  void check_saved() const {
    const bool saved = saved_iteration_ == trainer_.iteration() && fs::exists(folder_.last());
    if (saved && model_saved_) return;
    const std::string lost =
        saved ? "the model " + folder_.model() : "the last checkpoint in " + options_.folder;
    throw Error(
        ErrorCode::kWriteFailed,
        lost + " could not be written; make room, then " +
            (fs::exists(folder_.last())
                 ? fmt::format("--resume, which goes on after iteration {}", saved_iteration_)
                 : "begin anew, with another folder for -o"));
  }

  // One that later ones do not replace.
  void keep(Progress& progress) {
    progress.pause();
    attempt_to_write("a checkpoint", [&] {
      trainer_.save_checkpoint(folder_.checkpoint("step-" + std::to_string(trainer_.iteration())),
                               checkpoint_facts());
    });
  }

  std::map<std::string, std::string> checkpoint_facts() const {
    return {{kBestFact, fmt::format("{:.17g}", best_)}};
  }

  void write_model() {
    YAML::Node facts;
    facts["version"] = STIP_VERSION;
    facts["iteration"] = trainer_.iteration();
    facts["seed"] = config_.train.seed;
    facts["command"] = options_.command;
    for (const auto& source : data_.train->sources()) {
      facts["data"].push_back(fs::path(source.frames->name()).filename().string());
    }
    if (!best_record_.empty()) facts["validation"] = YAML::Load(best_record_);
    ModelConfig model = config_.model;
    model.context = config_.context();
    trainer_.save_model(folder_.model(), {model, YAML::Dump(facts), ""});
  }

  const RunConfig& config_;
  const FitOptions& options_;
  RunFolder folder_;
  Trainer trainer_;
  FitData data_;
  std::optional<RunRecord> record_;
  double best_ = 0;
  std::string best_record_;
  std::int64_t saved_iteration_ = 0;
  bool model_saved_ = true;  // the newest one that was to be
};

}  // namespace

void fit(const RunConfig& config, const FitOptions& options) { Run(config, options).train(); }

}  // namespace stip::training
