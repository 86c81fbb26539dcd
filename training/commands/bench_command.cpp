#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/device.h"
#include "base/precision.h"
#include "bench/machine_speed.h"
#include "bench/random_weights.h"
#include "bench/speed.h"
#include "commands/commands.h"
#include "model/parameter_table.h"
#include "ops/cpu/kernels.h"
#include "outputs.h"
#include "predict/model_path.h"
#include "progress.h"
#include "run_config.h"
#include "train_speed.h"

namespace stip::training {
namespace {

using Json = nlohmann::ordered_json;

struct Arguments {
  std::string model;
  std::string size;
  std::string device;  // empty: cpu; of training, train.device
  std::string precision = "fp32";
  std::string raw;
  std::vector<std::string> overrides;
  int threads = 0;
  int train = 0;
  bool json = false;
  SpeedOptions speed;
};

void read_size(const std::string& text, SpeedOptions& speed) {
  if (text.empty()) return;
  int end = 0;
  const int found = std::sscanf(text.c_str(), "%5dx%5d%n", &speed.width, &speed.height, &end);
  const bool whole = found == 2 && static_cast<std::size_t>(end) == text.size();
  if (whole && speed.width > 0 && speed.height > 0) return;
  throw Error(ErrorCode::kInvalidArgument,
              "--size '" + text + "' is not a picture size; give WIDTHxHEIGHT, such as 640x360");
}

void check_device(const std::string& text) {
  if (text.empty() || parse_device(text).kind != DeviceName::Kind::kCuda) return;
  throw Error(ErrorCode::kInvalidArgument,
              "bench measures the CPU's engine only (but --train); device '" + text +
                  "' was given, use --device cpu");
}

engine::EngineModel make_model(const Arguments& arguments) {
  const Precision precision = parse_precision(arguments.precision);
  if (!is_run_config(arguments.model)) {
    return engine::EngineModel(resolve_model_path(arguments.model), arguments.threads, precision);
  }
  if (precision != Precision::kAuto && precision != Precision::kFp32) {
    throw Error(ErrorCode::kInvalidArgument,
                "a configuration has no calibration for precision " + arguments.precision +
                    "; give a model file that stip-train calibrate has made, or use fp32");
  }
  const ModelConfig config = read_run_config(arguments.model, arguments.overrides).model;
  return engine::EngineModel(config, random_weights(config, 1), arguments.model, arguments.threads);
}

/// The figures of one run of `bench`, times in milliseconds.
Json figures_of(const Arguments& arguments) {
  const engine::EngineModel model = make_model(arguments);
  RawForecast raw;
  const Speed speed = measure_speed(model, arguments.speed, arguments.raw.empty() ? nullptr : &raw);
  // Before the machine is measured: that takes memory of its own.
  const long long memory = peak_memory_in_use();
  const double peak = matrix_operations_per_second(model.pool().threads());
  const double copying = copy_bytes_per_second(model.pool());
  if (!arguments.raw.empty()) raw.write(arguments.raw);

  const FitGeometry& fit = speed.geometry;
  const ModelConfig config =
      model.weights().config.with_size(fit.network_height, fit.network_width);
  const double macs = static_cast<double>(step_multiply_adds(config));
  const double step = percentile(speed.step_seconds, 0.5);
  const engine::StageTimes& stages = speed.stages;
  const double steps = static_cast<double>(speed.step_seconds.size());
  const auto mean_ms = [&](double seconds) { return 1e3 * seconds / steps; };
  double all = 0;
  for (const double seconds : speed.step_seconds) all += seconds;
  const double inside = stages.encoders + stages.core + stages.decoders + stages.output;
  return {
      {"model", arguments.model},
      {"size", {fit.width, fit.height}},
      {"network_size", {fit.network_width, fit.network_height}},
      {"device", "cpu"},
      {"precision", model.info().precision},
      {"instructions", cpu::kernels().name},
      {"threads", model.pool().threads()},
      {"steps", speed.step_seconds.size()},
      {"step_ms_p50", 1e3 * step},
      {"step_ms_p99", 1e3 * percentile(speed.step_seconds, 0.99)},
      {"step_ms_best", 1e3 * speed.step_seconds.front()},
      {"step_ms_mean", mean_ms(all)},
      {"frames_per_second", steps / all},
      {"stages_ms",
       {{"encoders", mean_ms(stages.encoders)},
        {"core", mean_ms(stages.core)},
        {"decoders", mean_ms(stages.decoders)},
        {"output", mean_ms(stages.output)},
        {"rest", mean_ms(all - inside)}}},
      {"rollout",
       {{"horizon", arguments.speed.horizon},
        {"context", speed.context},
        {"state", speed.state == StateMode::kWindow ? "window" : "recurrent"},
        {"ms_p50", 1e3 * percentile(speed.rollout_seconds, 0.5)},
        {"ms_p99", 1e3 * percentile(speed.rollout_seconds, 0.99)}}},
      {"gmac_per_step", macs / 1e9},
      {"gflops", 2 * macs / step / 1e9},
      {"peak_gflops", peak / 1e9},
      {"share_of_peak", 2 * macs / step / peak},
      {"copy_gbytes_per_second", copying / 1e9},
      {"peak_memory_bytes", memory},
  };
}

void print_text(const Json& f) {
  const auto number = [](const Json& value) { return value.get<double>(); };
  fmt::print("{} at {}x{}, {} threads, {}, {}\n", f["model"].get<std::string>(),
             f["size"][0].get<int>(), f["size"][1].get<int>(), f["threads"].get<int>(),
             f["instructions"].get<std::string>(), f["precision"].get<std::string>());
  fmt::print("step             {:.2f} ms p50, {:.2f} p99, {:.2f} best of {}; {:.1f} frames/s\n",
             number(f["step_ms_p50"]), number(f["step_ms_p99"]), number(f["step_ms_best"]),
             f["steps"].get<int>(), number(f["frames_per_second"]));
  for (const auto& [stage, ms] : f["stages_ms"].items()) {
    fmt::print("  {:<14} {:.2f} ms, {:.0f} %\n", stage, number(ms),
               100 * number(ms) / number(f["step_ms_mean"]));
  }
  const Json& rollout = f["rollout"];
  fmt::print("rollout          {:.1f} ms p50, {:.1f} p99 ({} frames, {} state, context {})\n",
             number(rollout["ms_p50"]), number(rollout["ms_p99"]), rollout["horizon"].get<int>(),
             rollout["state"].get<std::string>(), rollout["context"].get<int>());
  fmt::print(
      "multiply-adds    {:.3f} G a step: {:.0f} GFLOP/s, {:.0f} % of the {:.0f} that matrix "
      "products reach here now\n",
      number(f["gmac_per_step"]), number(f["gflops"]), 100 * number(f["share_of_peak"]),
      number(f["peak_gflops"]));
  fmt::print("copying memory   {:.1f} GB/s, read and written\n",
             number(f["copy_gbytes_per_second"]));
  fmt::print("peak memory      {:.0f} MB\n", number(f["peak_memory_bytes"]) / 1e6);
}

void print_training(const TrainSpeed& speed, bool json) {
  if (json) {
    fmt::print("{}\n", Json{{"iterations", speed.iteration_seconds.size()},
                            {"iteration_seconds_p50", percentile(speed.iteration_seconds, 0.5)},
                            {"iteration_seconds_best", speed.iteration_seconds.front()},
                            {"frame_loss", speed.frame_loss},
                            {"device", speed.device},
                            {"peak_memory_bytes", speed.peak_memory},
                            {"peak_device_memory_bytes", speed.peak_device_memory},
                            {"estimated_memory_bytes", speed.estimated_memory}}
                           .dump(2));
    return;
  }
  fmt::print(
      "iteration        {:.3f} s p50, {:.3f} best of {}, on {}\npeak memory      {:.0f} MB, "
      "estimated {:.0f}\n",
      percentile(speed.iteration_seconds, 0.5), speed.iteration_seconds.front(),
      speed.iteration_seconds.size(), speed.device, static_cast<double>(speed.peak_memory) / 1e6,
      static_cast<double>(speed.estimated_memory) / 1e6);
  if (speed.peak_device_memory > 0) {
    fmt::print("of the GPU       {:.0f} MB\n", static_cast<double>(speed.peak_device_memory) / 1e6);
  }
}

void run(Arguments arguments) {
  if (arguments.train == 0) check_device(arguments.device);
  read_size(arguments.size, arguments.speed);
  if (!arguments.raw.empty()) {
    check_outputs({{"--raw", arguments.raw}}, {resolve_model_path(arguments.model)});
    check_writable({"--raw", arguments.raw});
  }
  if (!arguments.overrides.empty() && !is_run_config(arguments.model)) {
    throw Error(
        ErrorCode::kInvalidArgument,
        "--set overrides a configuration's keys; give a .yaml file in place of " + arguments.model);
  }
  if (arguments.train > 0) {
    if (!is_run_config(arguments.model)) {
      throw Error(ErrorCode::kInvalidArgument,
                  "bench --train measures a configuration; give a .yaml file in place of " +
                      arguments.model);
    }
    RunConfig config = read_run_config(arguments.model, arguments.overrides);
    if (arguments.threads > 0) config.train.threads = arguments.threads;
    if (!arguments.device.empty()) config.train.device = arguments.device;
    print_training(measure_training(config, arguments.train), arguments.json);
    return;
  }
  const Json figures = figures_of(arguments);
  arguments.json ? fmt::print("{}\n", figures.dump(2, ' ', false, Json::error_handler_t::replace))
                 : print_text(figures);
}

}  // namespace

void add_bench_command(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("bench", "measure how fast a network predicts, or trains");
  command
      ->add_option("MODEL", arguments->model,
                   "model file or name, or a YAML configuration (random weights)")
      ->required();
  command->add_option("--size", arguments->size, "WIDTHxHEIGHT of the pictures; default: its own");
  command->add_option("--device", arguments->device,
                      "auto or cpu (default); with --train also cuda:N, in place of train.device");
  command
      ->add_option("--precision", arguments->precision, "auto, fp32 or int8 (a calibrated model)")
      ->capture_default_str();
  command->add_option("--steps", arguments->speed.steps, "timed steps")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  command->add_option("--horizon", arguments->speed.horizon, "frames of a rollout, 1 to 64")
      ->check(CLI::Range(1, kMaxHorizon))
      ->capture_default_str();
  command
      ->add_option("--context", arguments->speed.context,
                   "frames a rollout begins from; 0: the model's own")
      ->check(CLI::Range(0, kMaxContext))
      ->capture_default_str();
  command
      ->add_option("--state", arguments->speed.state,
                   "window or recurrent, of rollouts; default: the model's own")
      ->transform(CLI::CheckedTransformer(std::map<std::string, StateMode>{
          {"window", StateMode::kWindow}, {"recurrent", StateMode::kRecurrent}}));
  command->add_option("--threads", arguments->threads, "CPU threads; 0: all")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  command->add_option("--raw", arguments->raw,
                      "safetensors file: `predictions` of the last rollout, as predict writes "
                      "them, and `given`, the frames (bytes) they were made from");
  command
      ->add_option("--train", arguments->train,
                   "time so many training iterations of a configuration instead")
      ->check(CLI::Range(1, 1000000));
  command
      ->add_option("--set", arguments->overrides,
                   "override a key of a configuration: section.key=value (repeatable)")
      ->allow_extra_args(false);
  command->add_flag("--json", arguments->json, "for machines");
  command->footer("Example: stip-train bench training/configs/ucfsport.yaml --steps 200 --json");
  command->callback([arguments] { run(*arguments); });
}

}  // namespace stip::training
