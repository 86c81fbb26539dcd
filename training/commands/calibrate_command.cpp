#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "commands/commands.h"
#include "data/fixed_clips.h"
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

void run(const Arguments& arguments) {
  const std::string model = resolve_model_path(arguments.model);
  Int8Calibration calibration(model, arguments.horizon, arguments.threads);
  std::vector<SourceSpec> specs;
  for (const std::string& file : arguments.files) specs.push_back({file, 0, -1, 1});
  ClipShape shape;
  shape.total = calibration.context() + arguments.frames - 1;
  const auto cache = std::make_shared<FrameCache>(std::size_t{256} << 20);
  const FixedClips clips(open_sources(specs, cache), shape, 1, arguments.clips);
  if (clips.count() == 0) {
    throw Error(ErrorCode::kInvalidArgument,
                "no video is long enough: " + std::to_string(shape.total) +
                    " frames are needed; give longer ones");
  }
  Progress progress("calibrate");
  for (std::int64_t i = 0; i < 2 * clips.count(); ++i) {
    const ClipSample clip = clips.clip(i % clips.count());
    const std::vector<FrameView> views = views_of(clip, shape.total);
    i < clips.count() ? calibration.measure(views) : calibration.check(views);
    progress.show(i + 1, 2 * clips.count(), "clips");
  }
  progress.pause();
  calibration.write(arguments.output.empty() ? model : arguments.output);
  print_quality(calibration.quality());
}

}  // namespace

void add_calibrate_command(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand(
      "calibrate", "measure on videos what int8 needs to know, and write it into the model file");
  command->add_option("MODEL", arguments->model, "model file")->required();
  command->add_option("FILE", arguments->files, "videos, picture folders, or folders of them")
      ->required();
  command->add_option("-o,--output", arguments->output,
                      "write here; default: the model file itself");
  command->add_option("--clips", arguments->clips, "at most so many clips, spread evenly; 0: all")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_option("--frames", arguments->frames, "frames of a clip to predict from")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command->add_option("--horizon", arguments->horizon, "frames ahead, 1 to 64")
      ->check(CLI::Range(1, kMaxHorizon))
      ->capture_default_str();
  command->add_option("--threads", arguments->threads, "CPU threads; 0: all")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  command->footer(
      "Example: stip-train calibrate small.safetensors street.mp4 -o small-int8.safetensors");
  command->callback([arguments] { run(*arguments); });
}

}  // namespace stip::training
