#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "commands/commands.h"
#include "evaluation.h"
#include "progress.h"

namespace stip::training {
namespace {

using Json = nlohmann::ordered_json;

struct Arguments {
  ModelRequest model;
  std::vector<std::string> files;
  std::int64_t first = 0;
  std::int64_t last = -1;
  int horizon = 5;
  int context = 0;
  int stride = 1;
  int step = 1;
  std::int64_t most = 0;
  std::string json;
};

Json horizons_json(const std::vector<HorizonScore>& scores) {
  Json list = Json::array();
  for (std::size_t k = 0; k < scores.size(); ++k) {
    list.push_back({{"k", k + 1},
                    {"model", {{"psnr", scores[k].model}}},
                    {"copy_last", {{"psnr", scores[k].copy_last}}}});
  }
  return list;
}

Json scores_json(const Scores& scores) {
  Json root;
  root["convention"] = "PSNR in dB of 8-bit frames, mean over frames, then over clips";
  root["seconds_per_rollout"] = scores.seconds_per_rollout;
  root["clips"] = Json::array();
  for (const ClipScores& clip : scores.clips) {
    root["clips"].push_back({{"name", clip.name},
                             {"frames", clip.frames},
                             {"starts", clip.starts},
                             {"horizons", horizons_json(clip.horizons)}});
  }
  root["mean"] = horizons_json(scores.mean);
  return root;
}

void print_rows(const std::string& name, std::int64_t starts,
                const std::vector<HorizonScore>& scores) {
  fmt::print("{}{}\n", name, starts > 0 ? fmt::format(" ({} starts)", starts) : "");
  for (std::size_t k = 0; k < scores.size(); ++k) {
    fmt::print("  {:>7}  {:>8.2f}  {:>9.2f}  {:>+6.2f}\n", k + 1, scores[k].model,
               scores[k].copy_last, scores[k].model - scores[k].copy_last);
  }
}

void print_table(const Scores& scores) {
  fmt::print("PSNR in dB (8-bit frames; mean over frames, then over clips)\n");
  fmt::print("  {:>7}  {:>8}  {:>9}  {:>6}\n", "horizon", "model", "copy-last", "gain");
  for (const ClipScores& clip : scores.clips) print_rows(clip.name, clip.starts, clip.horizons);
  if (scores.clips.size() > 1) print_rows("mean over clips", 0, scores.mean);
  fmt::print("{:.1f} ms a rollout of {} frames (median)\n", 1000 * scores.seconds_per_rollout,
             scores.mean.size());
}

void run(const Arguments& arguments) {
  const auto model = load_model(arguments.model);
  const int context = arguments.context > 0 ? arguments.context : model->info().context;
  std::vector<SourceSpec> specs;
  for (const std::string& file : arguments.files) {
    specs.push_back({file, arguments.first, arguments.last, 1});
  }
  ClipShape shape;
  shape.total = context + arguments.horizon;
  shape.step = arguments.step;
  // Neighbouring starts share all but one frame: decode each once.
  const auto cache = std::make_shared<FrameCache>(std::size_t{256} << 20);
  const FixedClips clips(open_sources(specs, cache), shape, arguments.stride, arguments.most);
  if (!clips.skipped().empty()) {
    spdlog::warn("{} files are too short for context + horizon and left out, the first is {}",
                 clips.skipped().size(), clips.skipped().front());
  }
  Progress progress("eval");
  const Scores scores =
      evaluate(*model, clips, context, arguments.horizon,
               [&](std::int64_t done, std::int64_t all) { progress.show(done, all, "starts"); });
  progress.pause();
  print_table(scores);
  if (!arguments.json.empty())
    write_file_atomically(
        arguments.json,
        scores_json(scores).dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace

void add_eval_command(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("eval", "measure a model against copy-last on videos");
  command->add_option("MODEL", arguments->model.model, "model file, name, or built-in (copy-last)")
      ->required();
  command->add_option("FILE", arguments->files, "videos, picture folders, or folders of them")
      ->required();
  command->add_option("--horizon", arguments->horizon, "frames ahead, 1 to 64")
      ->check(CLI::Range(1, kMaxHorizon))
      ->capture_default_str();
  command->add_option("--context", arguments->context, "frames given; 0: the model's own")
      ->check(CLI::Range(0, kMaxContext))
      ->capture_default_str();
  command->add_option("--stride", arguments->stride, "evaluate every so-many-th start")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--step", arguments->step, "use every so-many-th frame")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--most", arguments->most, "at most so many starts, spread evenly; 0: all")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_option("--first", arguments->first, "first frame used; negative counts from the end")
      ->capture_default_str();
  command->add_option("--last", arguments->last, "last frame used; -1 is the last")
      ->capture_default_str();
  command->add_option("--device", arguments->model.device, "auto, cpu, cuda or cuda:N")
      ->capture_default_str();
  command->add_option("--threads", arguments->model.threads, "CPU threads; 0: all")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  command->add_option("--json", arguments->json, "also write the figures to this file");
  command->footer(
      "Example: stip-train eval small street.mp4 --horizon 5 --stride 4 --json scores.json");
  command->callback([arguments] { run(*arguments); });
}

}  // namespace stip::training
