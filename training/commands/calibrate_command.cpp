#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "commands/commands.h"
#include "commands/usage.h"
#include "data/fixed_clips.h"
#include "io/calibrated_model.h"
#include "io/calibration_text.h"
#include "io/model_file.h"
#include "media/image.h"
#include "metrics/calibrator.h"
#include "outputs.h"
#include "predict/engine/choose_precision.h"
#include "predict/int8_calibration.h"
#include "predict/model_path.h"
#include "progress.h"

namespace stip::training {
namespace {

struct Arguments {
  std::string model;
  std::vector<std::string> files;
  std::string output;
  int horizon = 5;
  int frames = 4;
  std::int64_t clips = 12;
  std::int64_t normal = 300;
  bool alarms_only = false;
  int threads = 0;
};

std::vector<FrameView> views_of(const ClipSample& clip, int frames) {
  std::vector<FrameView> views;
  for (int t = 0; t < frames; ++t) {
    views.push_back(
        {clip.frame(t), clip.width, clip.height, std::ptrdiff_t{3} * clip.width, PixelOrder::kBgr});
  }
  return views;
}

void print_quality(const Int8Quality& quality) {
  fmt::print("int8 against fp32 (PSNR in dB of predictions clamped to what is shown)\n");
  for (std::size_t k = 0; k < quality.psnr.size(); ++k) {
    fmt::print("  horizon {:>2}  {:.2f}\n", k + 1, quality.psnr[k]);
  }
  fmt::print("cut off: {:.1e} of the values; a row of int8 takes 1/{:.2f} of fp32's time here\n",
             quality.clipped, engine::int8_speed());
}

FixedClips open_clips(const Arguments& arguments, int total, std::int64_t most) {
  std::vector<SourceSpec> specs;
  for (const std::string& file : arguments.files) specs.push_back({file, 0, -1, 1});
  ClipShape shape;
  shape.total = total;
  const auto cache = std::make_shared<FrameCache>(std::size_t{256} << 20);
  FixedClips clips(open_sources(specs, cache), shape, 1, most);
  if (clips.count() == 0) {
    throw Error(ErrorCode::kInvalidArgument, "no video is long enough: " + std::to_string(total) +
                                                 " frames are needed; give longer ones");
  }
  return clips;
}

// How large the model's errors are on what is normal, as the element measures them.
Calibration measure_errors(const std::string& file, const Arguments& arguments) {
  const auto model = load_model({file, "cpu", arguments.threads, "fp32"});
  const int context = model->info().context;
  const FixedClips clips = open_clips(arguments, context + arguments.horizon, arguments.normal);
  Calibrator calibrator;
  Progress progress("errors");
  for (std::int64_t i = 0; i < clips.count(); ++i) {
    const ClipSample clip = clips.clip(i);
    const std::vector<FrameView> frames = views_of(clip, context + arguments.horizon);
    PredictorOptions options;
    options.width = clip.width;
    options.height = clip.height;
    const auto predictor = model->make_predictor(options);
    for (int t = 0; t < context; ++t) predictor->push(frames[std::size_t(t)]);
    std::vector<Image> futures(std::size_t(arguments.horizon), Image(clip.width, clip.height));
    std::vector<MutableFrameView> views;
    for (Image& future : futures) views.push_back(future.mutable_view());
    predictor->predict(views);
    for (int k = 1; k <= arguments.horizon; ++k) {
      calibrator.add(k, futures[std::size_t(k - 1)].view(), frames[std::size_t(context + k - 1)]);
    }
    progress.show(i + 1, clips.count(), "predictions");
  }
  progress.pause();
  fmt::print("errors of {} predictions at each of {} horizons measured, for alarms\n",
             clips.count(), arguments.horizon);
  return calibrator.finish();
}

ActivationRanges measure_ranges(const std::string& model, const Arguments& arguments) {
  Int8Calibration calibration(model, arguments.horizon, arguments.threads);
  const int total = calibration.context() + arguments.frames - 1;
  const FixedClips clips = open_clips(arguments, total, arguments.clips);
  Progress progress("calibrate");
  for (std::int64_t i = 0; i < 2 * clips.count(); ++i) {
    const ClipSample clip = clips.clip(i % clips.count());
    const std::vector<FrameView> views = views_of(clip, total);
    i < clips.count() ? calibration.measure(views) : calibration.check(views);
    progress.show(i + 1, 2 * clips.count(), "clips");
  }
  progress.pause();
  print_quality(calibration.quality());
  return calibration.ranges();
}

// Before anything is measured. Networks of output: motion run in fp32 only, but alarms know them.
bool wants_int8(const std::string& model, const Arguments& arguments) {
  if (arguments.alarms_only && arguments.normal == 0) {
    throw Error(ErrorCode::kInvalidArgument,
                "--alarms-only with --normal 0 leaves nothing to measure; give one of them");
  }
  if (arguments.alarms_only) return false;
  if (read_model_header(SafetensorsReader(model)).config.output != Output::kMotion) return true;
  if (arguments.normal == 0) {
    throw Error(ErrorCode::kInvalidArgument,
                model +
                    " is a network of output: motion, which runs in fp32 only: int8 is not for it; "
                    "give --alarms-only in place of --normal 0 to calibrate its alarms");
  }
  spdlog::info(
      "{} is a network of output: motion, which runs in fp32 only: nothing is measured for int8, "
      "only its errors, for alarms",
      model);
  return false;
}

void run(const Arguments& arguments) {
  const std::string model = resolve_model_path(arguments.model);
  check_outputs({{"-o", arguments.output}}, arguments.files);  // the model itself may be written
  const std::string& target = arguments.output.empty() ? model : arguments.output;
  check_writable({"-o", target});
  const bool int8 = wants_int8(model, arguments);
  std::string text = calibration_of(model);
  const ActivationRanges known = parse_activation_ranges(text);
  if (arguments.normal > 0) {
    text = write_calibration(measure_errors(model, arguments));
    if (!known.empty()) text = with_activation_ranges(text, known);
  }
  if (int8) text = with_activation_ranges(text, measure_ranges(model, arguments));
  write_calibrated_model(model, target, text);
  spdlog::info("wrote {}", target);
}

}  // namespace

void add_calibrate_command(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("calibrate",
                                         "measure on normal videos what int8 and alarms need to "
                                         "know, and write it into the model file");
  command->add_option("MODEL", arguments->model, "model file")->required();
  command->add_option("FILE", arguments->files, "videos, picture folders, or folders of them")
      ->required();
  command->add_option("-o,--output", arguments->output,
                      "write here; default: the model file itself");
  command
      ->add_option("--clips", arguments->clips,
                   "at most so many clips for int8, spread evenly; 0: all")
      ->check(at_least(0, "NONNEGATIVE"))
      ->capture_default_str();
  command->add_option("--frames", arguments->frames, "frames of a clip to predict from")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command
      ->add_option("--normal", arguments->normal,
                   "at most so many predictions, spread evenly, to learn the errors of normal "
                   "video from, by "
                   "which stippredict anomaly-threshold judges; 0: none")
      ->check(at_least(0, "NONNEGATIVE"))
      ->capture_default_str();
  command->add_flag("--alarms-only", arguments->alarms_only,
                    "nothing for int8: the model goes on running in fp32 (as a network of output: "
                    "motion does in any case)");
  command->add_option("--horizon", arguments->horizon, "frames ahead, 1 to 64")
      ->check(CLI::Range(1, kMaxHorizon))
      ->capture_default_str();
  command->add_option("--threads", arguments->threads, "CPU threads; 0: all")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  command->footer(
      "Example: stip-train calibrate small.safetensors street.mp4 --alarms-only -o "
      "street.safetensors");
  command->callback([arguments] { run(*arguments); });
}

}  // namespace stip::training
