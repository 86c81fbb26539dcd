#include <spdlog/spdlog.h>
#include <yaml-cpp/yaml.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "commands/commands.h"
#include "io/release_import.h"
#include "outputs.h"
#include "run_config.h"

namespace stip::training {
namespace {

struct Arguments {
  std::string generator;
  std::string discriminator;
  std::string config;
  std::string output;
};

void run(const Arguments& arguments) {
  check_outputs({{"-o", arguments.output}},
                {arguments.generator, arguments.discriminator, arguments.config});
  check_writable({"-o", arguments.output});
  const RunConfig config = read_run_config(arguments.config, {});
  if (!arguments.discriminator.empty()) {
    // A model file has no discriminator; a wrong one should be noticed here, not in training.
    check_release_discriminator(arguments.discriminator, config.model, config.discriminator);
    spdlog::info("{} fits the configuration; a model file does not hold it",
                 arguments.discriminator);
  }
  YAML::Node facts;
  facts["version"] = STIP_VERSION;
  facts["imported"] = std::filesystem::path(arguments.generator).filename().string();
  import_release_generator(arguments.generator, {config.model, YAML::Dump(facts), ""},
                           arguments.output);
  spdlog::info("wrote {}", arguments.output);
}

}  // namespace

void add_import_command(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("import", "make a model file from a checkpoint of the STIP release");
  command->add_option("--generator", arguments->generator, "the release's model_pm.ckpt")
      ->required();
  command->add_option("--discriminator", arguments->discriminator,
                      "the release's model_d.ckpt, to be checked");
  command
      ->add_option("--config", arguments->config,
                   "YAML with the `model` section it was trained with")
      ->required();
  command->add_option("-o,--output", arguments->output, "the model file to write")->required();
  command->footer(
      "Example: stip-train import --generator model_pm.ckpt "
      "--config training/configs/ucfsport.yaml -o ucfsport.safetensors");
  command->callback([arguments] { run(*arguments); });
}

}  // namespace stip::training
