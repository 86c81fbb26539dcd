#pragma once

#include <string>

namespace CLI {
class App;
class Validator;
}  // namespace CLI

/// What is said of command lines that CLI11 would explain poorly.
namespace stip::training {

/// Throws CLI::ParseError, with the commands there are, unless the first word is one of them or an
/// option of the program itself.
void check_command(const CLI::App& app, int argc, const char* const* argv);

/// A finite number of at least `least`. `name` stands in the help for it.
CLI::Validator at_least(int least, const std::string& name);

}  // namespace stip::training
