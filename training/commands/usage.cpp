#include "commands/usage.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cmath>

namespace stip::training {

void check_command(const CLI::App& app, int argc, const char* const* argv) {
  const std::string given = argc > 1 ? argv[1] : "";
  if (given.rfind('-', 0) == 0 && app.get_option_no_throw(given) != nullptr) return;
  std::string commands;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (command->get_name() == given) return;
    commands += (commands.empty() ? "" : ", ") + command->get_name();
  }
  throw CLI::ParseError(
      (given.empty() ? "no command is given" : "'" + given + "' is no command of stip-train") +
          "; give one of " + commands,
      CLI::ExitCodes::ExtrasError);
}

CLI::Validator at_least(int least, const std::string& name) {
  const auto check = [least](std::string& text) {
    double value = 0;
    const bool number = CLI::detail::lexical_cast(text, value) && std::isfinite(value);
    if (number && value >= least) return std::string();
    return fmt::format("'{}' is given; give a number of {} or more", text, least);
  };
  return CLI::Validator(check, name);
}

}  // namespace stip::training
