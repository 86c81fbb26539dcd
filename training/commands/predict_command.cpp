#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "commands/commands.h"
#include "commands/usage.h"
#include "data/frame_source.h"
#include "io/model_file.h"
#include "media/video_writer.h"
#include "outputs.h"
#include "predict/forecast.h"
#include "predict/model_path.h"

namespace stip::training {
namespace {

struct Arguments {
  std::string model;
  int threads = 0;
  std::string precision = "auto";
  std::string input;
  std::string output;
  std::string raw;
  int context = 0;
  int horizon = 5;
  std::int64_t start = -1;
  Resize resize = Resize::kAuto;
};

// The frames before the first predicted one.
std::vector<Image> read_context(FrameSource& source, int context, std::int64_t start) {
  const std::int64_t end = start < 0 ? source.count() : start;
  if (end > source.count() || end < context) {
    if (source.count() < context) {
      throw Error(ErrorCode::kInvalidArgument,
                  source.name() + " has " + std::to_string(source.count()) +
                      " frames, fewer than the context of " + std::to_string(context) +
                      "; give a smaller --context");
    }
    throw Error(ErrorCode::kInvalidArgument,
                source.name() + " has " + std::to_string(source.count()) +
                    " frames; predicting frame " + std::to_string(end) + " needs the " +
                    std::to_string(context) + " before it: give --start from " +
                    std::to_string(context) + " to " + std::to_string(source.count()) +
                    ", or a smaller --context");
  }
  std::vector<std::int64_t> indices;
  for (std::int64_t i = end - context; i < end; ++i) indices.push_back(i);
  return source.read(indices);
}

void write_picture(const ForecastFrame& frame, FrameWriter& writer) {
  const std::vector<std::uint8_t> picture = frame.picture();
  writer.write({picture.data(), frame.width, frame.height, std::ptrdiff_t{3} * frame.width,
                PixelOrder::kRgb});
}

void run(Arguments arguments) {
  if (arguments.output.empty() && arguments.raw.empty()) {
    throw Error(ErrorCode::kInvalidArgument,
                "predict needs -o OUT (a video or a folder), --raw FILE, or both");
  }
  arguments.model = resolve_model_path(arguments.model);
  check_outputs({{"-o", arguments.output}, {"--raw", arguments.raw}},
                {arguments.model, arguments.input});
  check_writable({"--raw", arguments.raw});
  if (!arguments.output.empty()) open_frame_writer(arguments.output, {});  // refuses wrong names
  const ModelFileHeader header = read_model_header(SafetensorsReader(arguments.model));
  const int context = arguments.context > 0 ? arguments.context : header.config.context;
  const auto source = open_source(arguments.input);
  const std::vector<Image> frames = read_context(*source, context, arguments.start);
  std::vector<FrameView> views;
  for (const Image& frame : frames) views.push_back(frame.view());
  std::unique_ptr<FrameWriter> writer;  // opened with the first frame: a failure leaves no file
  RawForecast raw;
  make_forecast(arguments.model, views, arguments.horizon, arguments.resize, arguments.threads,
                arguments.precision, [&](const ForecastFrame& frame) {
                  if (!arguments.output.empty()) {
                    if (writer == nullptr) {
                      writer = open_frame_writer(arguments.output, source->frame_rate());
                    }
                    write_picture(frame, *writer);
                  }
                  if (!arguments.raw.empty()) raw.add(frame);
                });
  if (writer != nullptr) writer->finish();
  if (!arguments.raw.empty()) raw.write(arguments.raw);
  spdlog::info("predicted {} frames from {}", arguments.horizon, context);
}

}  // namespace

void add_predict_command(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand(
      "predict", "write the frames that come after a video (no ground truth needed)");
  command->add_option("MODEL", arguments->model, "model file")->required();
  command->add_option("INPUT", arguments->input, "video, picture folder or picture")->required();
  command->add_option("-o,--output", arguments->output,
                      "a video (.mp4, .mkv, .mov; .avi: lossless) or a folder for PNG pictures");
  command->add_option("--raw", arguments->raw,
                      "safetensors file: `predictions`, float32 [N,H,W,3], RGB, 0..1, not clamped");
  command->add_option("--context", arguments->context, "frames given; 0: the model's own")
      ->check(CLI::Range(0, kMaxContext))
      ->capture_default_str();
  command->add_option("--horizon", arguments->horizon, "frames to predict")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  command
      ->add_option("--start", arguments->start,
                   "number of the first predicted frame, from 0; default: after the last one")
      ->check(at_least(0, "NONNEGATIVE"));
  command
      ->add_option("--resize", arguments->resize,
                   "auto, scale or pad: how other sizes are brought to the model's")
      ->transform(CLI::CheckedTransformer(std::map<std::string, Resize>{
          {"auto", Resize::kAuto}, {"scale", Resize::kScale}, {"pad", Resize::kPad}}));
  command->add_option("--threads", arguments->threads, "CPU threads; 0: all")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  command
      ->add_option("--precision", arguments->precision,
                   "auto, fp32 or int8 (after stip-train calibrate)")
      ->capture_default_str();
  command->footer(
      "Example: stip-train predict small.safetensors street.mp4 -o future.mp4 --horizon 10");
  command->callback([arguments] { run(*arguments); });
}

}  // namespace stip::training
