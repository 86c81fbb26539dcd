#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <memory>

#include "commands/commands.h"
#include "commands/usage.h"
#include "fit_loop.h"
#include "interrupt.h"
#include "outputs.h"
#include "predict/model_path.h"

namespace stip::training {
namespace {

struct Arguments {
  std::string config;
  std::vector<std::string> overrides;
  bool print = false;
  FitOptions fit;
};

std::string command_line() {
  std::ifstream file("/proc/self/cmdline");
  std::string line, word;
  std::getline(file, word, '\0');
  line = "stip-train";  // models are given to others: where it lies here is no business of theirs
  while (std::getline(file, word, '\0')) line += " " + word;
  return line;
}

// What a run writes first and last under fixed names, and its folder, against all that it reads.
void check_fit_outputs(const Arguments& arguments, const RunConfig& config) {
  const std::string& folder = arguments.fit.folder;
  std::vector<OutputFile> files = {{"-o", folder + "/model.safetensors"}};
  // To go on, a run's own configuration is given.
  if (!arguments.fit.resume) files.push_back({"-o", folder + "/config.yaml"});
  check_outputs(files, {arguments.config, arguments.fit.init});
  std::vector<std::string> data;
  for (const SourceSpec& spec : config.data.train) data.push_back(spec.path);
  for (const SourceSpec& spec : config.data.validation) data.push_back(spec.path);
  check_outputs({{"-o", folder}}, data);
}

void run(Arguments arguments) {
  const RunConfig config = read_run_config(arguments.config, arguments.overrides);
  if (arguments.print) {
    fmt::print("{}", write_run_config(config));
    return;
  }
  if (arguments.fit.folder.empty()) {
    throw Error(ErrorCode::kInvalidArgument, "fit needs -o DIR, the folder to write the model to");
  }
  // Now, not when the data has been read.
  if (!arguments.fit.init.empty()) arguments.fit.init = resolve_model_path(arguments.fit.init);
  check_fit_outputs(arguments, config);
  arguments.fit.command = command_line();
  catch_interrupts();
  fit(config, arguments.fit);
}

}  // namespace

void add_fit_command(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("fit", "train a model from videos or picture folders");
  command
      ->add_option("CONFIG", arguments->config,
                   "YAML configuration, e.g. training/configs/small.yaml")
      ->required();
  command->add_option("-o,--output", arguments->fit.folder,
                      "folder for the model, checkpoints and log");
  command
      ->add_option("--set", arguments->overrides, "override a key: section.key=value (repeatable)")
      ->allow_extra_args(false);
  command->add_flag("--print-config", arguments->print,
                    "print the effective configuration and end");
  command->add_flag("--resume", arguments->fit.resume,
                    "continue the run in the output folder, exactly");
  command
      ->add_option("--init", arguments->fit.init,
                   "start from the weights of this model, a file or a name (fine-tuning)")
      ->excludes("--resume");
  command
      ->add_option("--max-minutes", arguments->fit.max_minutes,
                   "save and end after so many minutes")
      ->check(at_least(0, "NONNEGATIVE"));
  command->footer(
      "Example: stip-train fit training/configs/small.yaml -o run "
      "--set 'data.train=[my-videos/]' --max-minutes 30");
  command->callback([arguments] { run(*arguments); });
}

}  // namespace stip::training
