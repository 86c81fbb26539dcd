#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "commands/commands.h"
#include "io/release_export.h"
#include "outputs.h"
#include "predict/model_path.h"

namespace stip::training {
namespace {

struct Arguments {
  std::string model;
  std::string output;
};

}  // namespace

void add_export_command(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand(
      "export", "write a model's weights as a checkpoint of the STIP release, for Python");
  command->add_option("MODEL", arguments->model, "model file")->required();
  command->add_option("-o,--output", arguments->output, "the model_pm.ckpt to write")->required();
  command->footer("Example: stip-train export run/model.safetensors -o model_pm.ckpt");
  command->callback([arguments] {
    const std::string model = resolve_model_path(arguments->model);
    check_outputs({{"-o", arguments->output}}, {model});
    check_writable({"-o", arguments->output});
    export_release_generator(model, arguments->output);
    spdlog::info("wrote {}", arguments->output);
  });
}

}  // namespace stip::training
