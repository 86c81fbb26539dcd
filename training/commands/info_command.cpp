#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "commands/commands.h"
#include "io/model_config_text.h"
#include "io/model_file.h"
#include "model/parameter_table.h"
#include "predict/model_path.h"
#include "run_config.h"

namespace stip::training {
namespace {

using Json = nlohmann::ordered_json;

struct Arguments {
  std::string model;
  bool json = false;
};

ModelFileHeader read_header(const std::string& path) {
  if (is_run_config(path)) return {read_run_config(path, {}).model, "", ""};
  return read_model_header(SafetensorsReader(resolve_model_path(path)));
}

void print_text(const ModelFileHeader& header) {
  const ModelConfig& config = header.config;
  fmt::print("configuration\n{}\n", write_model_config(config));
  fmt::print("parameters            {} ({} with the release's never used merge and conv_last)\n",
             parameter_count(config), parameter_count(config) + unused_parameter_count(config));
  fmt::print("multiply-adds a step  {:.3f} G at {}x{}\n",
             static_cast<double>(step_multiply_adds(config)) / 1e9, config.width, config.height);
  fmt::print("runs at               {}\n",
             config.norm == Norm::kLayer
                 ? fmt::format("{}x{} (other sizes are scaled)", config.width, config.height)
                 : fmt::format("any size (padded to multiples of {})", config.multiple()));
  fmt::print("\ntraining\n{}\n", header.training.empty() ? "nothing recorded" : header.training);
  fmt::print("\ncalibration\n{}\n", header.calibration.empty() ? "none" : header.calibration);
}

void print_json(const ModelFileHeader& header) {
  const ModelConfig& config = header.config;
  const Json root = {
      {"model", write_model_config(config)},
      {"parameters", parameter_count(config)},
      {"parameters_in_release", parameter_count(config) + unused_parameter_count(config)},
      {"multiply_adds_per_step", step_multiply_adds(config)},
      {"training", header.training},
      {"calibration", header.calibration}};
  fmt::print("{}\n", root.dump(2));
}

}  // namespace

void add_info_command(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("info", "say what a model file (or configuration) is");
  command->add_option("MODEL", arguments->model, "model file, or a YAML configuration")->required();
  command->add_flag("--json", arguments->json, "for machines");
  command->footer("Example: stip-train info pipelines/models/small.safetensors");
  command->callback([arguments] {
    const ModelFileHeader header = read_header(arguments->model);
    arguments->json ? print_json(header) : print_text(header);
  });
}

}  // namespace stip::training
