#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>

#include "base/atomic_file.h"
#include "commands/commands.h"
#include "commands/usage.h"
#include "eval_figures.h"
#include "eval_report.h"
#include "evaluation.h"
#include "io/model_file.h"
#include "metrics/perceptual_distance.h"
#include "model/parameter_table.h"
#include "outputs.h"
#include "predict/model_path.h"
#include "predict/motion_model.h"
#include "progress.h"

namespace stip::training {
namespace {

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
  std::string metrics = "strict";
  std::string flow = "medium";
  std::vector<std::string> lpips_weights;
  std::string figures;
  std::string json;
  std::string csv;
};

// Fewer frames than these teach the blend nothing.
constexpr int kYardstickContext = 4;

void add_yardsticks(const Arguments& arguments, EvaluationOptions* options, ReportFacts* facts) {
  const FlowPreset preset = arguments.flow == "fast" ? FlowPreset::kFast : FlowPreset::kMedium;
  const int threads = arguments.model.threads;
  try {
    options->flow = std::make_shared<MotionModel>(MotionKind::kFlow, preset, threads);
    options->blend = std::make_shared<MotionModel>(MotionKind::kBlend, preset, threads);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kMissingModule) throw;
    facts->not_available["flow"] = facts->not_available["blend"] = error.what();
  }
}

void add_lpips(const Arguments& arguments, EvaluationOptions* options, ReportFacts* facts) {
  if (arguments.lpips_weights.empty()) {
    facts->not_available["lpips"] = "it needs AlexNet's weights: give --lpips-weights";
    return;
  }
  const auto convention = facts->convention == MetricConvention::kPaper
                              ? PerceptualConvention::kPaper
                              : PerceptualConvention::kStrict;
  options->measures.lpips =
      [convention, lpips = std::make_shared<const PerceptualDistance>(arguments.lpips_weights)](
          const FrameView& a, const FrameView& b) { return (*lpips)(a, b, convention); };
}

void add_network_facts(const std::string& model, ReportFacts* facts) {
  const ModelConfig config = read_model_header(SafetensorsReader(resolve_model_path(model))).config;
  facts->parameters = parameter_count(config);
  facts->multiply_adds_per_step = step_multiply_adds(config);
  facts->counted_at = std::to_string(config.width) + "x" + std::to_string(config.height);
}

std::optional<EvalFigures> open_figures(const Arguments& arguments, int context,
                                        ReportFacts* facts) {
  if (arguments.figures.empty()) return std::nullopt;
  if (is_built_in_model(arguments.model.model)) {
    facts->not_available["features"] = arguments.model.model + " is no network";
    return std::optional<EvalFigures>(std::in_place, arguments.figures, std::nullopt);
  }
  const ModelFileHeader header =
      read_model_header(SafetensorsReader(resolve_model_path(arguments.model.model)));
  if (header.config.output == Output::kMotion) {
    facts->not_available["features"] = "a network of output: motion sees no frames";
    return std::optional<EvalFigures>(std::in_place, arguments.figures, std::nullopt);
  }
  return std::optional<EvalFigures>(std::in_place, arguments.figures,
                                    EvalFigures::Network{resolve_model_path(arguments.model.model),
                                                         context, arguments.model.threads});
}

FixedClips open_clips(const Arguments& arguments, int total) {
  std::vector<SourceSpec> specs;
  for (const std::string& file : arguments.files) {
    specs.push_back({file, arguments.first, arguments.last, 1});
  }
  ClipShape shape;
  shape.total = total;
  shape.step = arguments.step;
  // Neighbouring starts share all but one frame: decode each once.
  const auto cache = std::make_shared<FrameCache>(std::size_t{256} << 20);
  FixedClips clips(open_sources(specs, cache, total), shape, arguments.stride, arguments.most);
  if (!clips.skipped().empty()) {
    spdlog::warn("{} files are too short for context + horizon and left out, the first is {}",
                 clips.skipped().size(), clips.skipped().front());
  }
  return clips;
}

// Before the work: it must not be lost, and no input overwritten.
void check_eval_outputs(const Arguments& arguments) {
  std::vector<std::string> inputs = arguments.files;
  const std::string& model = arguments.model.model;
  if (!is_built_in_model(model)) inputs.push_back(resolve_model_path(model));
  inputs.insert(inputs.end(), arguments.lpips_weights.begin(), arguments.lpips_weights.end());
  check_outputs(
      {{"--json", arguments.json}, {"--csv", arguments.csv}, {"--figures", arguments.figures}},
      inputs);
  check_writable({"--json", arguments.json});
  check_writable({"--csv", arguments.csv});
  check_writable_folder({"--figures", arguments.figures});
}

void run(const Arguments& arguments) {
  check_eval_outputs(arguments);
  const auto model = load_model(arguments.model);
  ReportFacts facts;
  EvaluationOptions options;
  options.context = arguments.context > 0 ? arguments.context : model->info().context;
  options.lead = std::max(options.context, kYardstickContext);
  options.horizon = arguments.horizon;
  facts.convention =
      arguments.metrics == "paper" ? MetricConvention::kPaper : MetricConvention::kStrict;
  options.measures.convention = facts.convention;
  facts.context = options.context;
  facts.lead = options.lead;
  facts.horizon = options.horizon;
  facts.flow_preset = arguments.flow;
  if (!is_built_in_model(arguments.model.model)) add_network_facts(arguments.model.model, &facts);
  add_yardsticks(arguments, &options, &facts);
  add_lpips(arguments, &options, &facts);
  const FixedClips clips = open_clips(arguments, options.lead + options.horizon);
  Progress progress("eval");
  options.progress = [&](std::int64_t done, std::int64_t all) {
    progress.show(done, all, "starts");
  };
  auto figures = open_figures(arguments, options.context, &facts);
  if (figures) {
    options.observe = [&](const EvaluatedStart& start) { figures->add(start); };
  }
  const Scores scores = evaluate(*model, clips, options);
  progress.pause();
  if (figures) figures->finish(scores);
  print_report(scores, facts);
  if (!arguments.json.empty()) write_file_atomically(arguments.json, report_json(scores, facts));
  if (!arguments.csv.empty()) write_file_atomically(arguments.csv, report_csv(scores));
}

}  // namespace

void add_eval_command(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("eval", "measure a model against copy-last, flow and blend on videos");
  command
      ->add_option("MODEL", arguments->model.model,
                   "model file, name, or built-in (copy-last, flow, blend)")
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
      ->check(at_least(1, "POSITIVE"))
      ->capture_default_str();
  command->add_option("--step", arguments->step, "use every so-many-th frame")
      ->check(at_least(1, "POSITIVE"))
      ->capture_default_str();
  command->add_option("--most", arguments->most, "at most so many starts, spread evenly; 0: all")
      ->check(at_least(0, "NONNEGATIVE"))
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
  command
      ->add_option("--metrics", arguments->metrics,
                   "how figures are counted: strict, or paper (as the STIP release)")
      ->check(CLI::IsMember({"strict", "paper"}))
      ->capture_default_str();
  command
      ->add_option("--flow", arguments->flow,
                   "optical flow of the yardsticks: medium, or fast as the element's models use it")
      ->check(CLI::IsMember({"fast", "medium"}))
      ->capture_default_str();
  command
      ->add_option("--lpips-weights", arguments->lpips_weights,
                   "AlexNet's weights and LPIPS's heads, one file or two (docs/training.md says "
                   "where from); without, that column is not available")
      ->allow_extra_args(false);
  command->add_option("--figures", arguments->figures,
                      "also write pictures to this folder: strips, error maps, curves, and the "
                      "network's features and gates");
  command
      ->add_option("--precision", arguments->model.precision,
                   "auto, fp32 or int8 (after stip-train calibrate)")
      ->capture_default_str();
  command->add_option("--json", arguments->json, "also write the figures to this file");
  command->add_option("--csv", arguments->csv, "also write the figures to this file, as a table");
  command->footer(
      "Example: stip-train eval small street.mp4 --horizon 5 --stride 4 --json scores.json");
  command->callback([arguments] { run(*arguments); });
}

}  // namespace stip::training
