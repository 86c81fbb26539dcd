#pragma once

#include <yaml-cpp/yaml.h>

#include <map>
#include <string>
#include <vector>

#include "stip/error.h"

namespace stip {

/// The shortest decimal text that reads back as the same number: 0.1, not 0.10000000000000001.
std::string shortest_text(double value);

/// The names that a key's values have in YAML.
template <typename T>
using Choices = std::vector<std::pair<std::string, T>>;

/// A value's name, for writing what read_choice() reads. Throws kFailed if it has none.
template <typename T>
const std::string& choice_name(const Choices<T>& choices, T value) {
  for (const auto& [name, choice] : choices) {
    if (choice == value) return name;
  }
  throw Error(ErrorCode::kFailed, "a configuration choice has no name");
}

/// Reads one section (a YAML map) key by key, and refuses what nobody asked for: a misspelt key is
/// an error naming the nearest known one, never a silent default. All errors are kInvalidArgument.
class YamlSection {
 public:
  /// `name` is how errors call the section, e.g. "model"; empty for the top level.
  YamlSection(const YAML::Node& node, std::string name);

  /// Overwrites `value` if the key is there. Accepts what yaml-cpp converts to T, nothing else.
  template <typename T>
  void read(const std::string& key, T* value) {
    const YAML::Node node = find(key);
    if (!node.IsDefined()) return;
    try {
      *value = node.as<T>();
    } catch (const YAML::Exception&) {
      refuse_value(key, node, kind_name(value));
    }
  }

  /// The same for one of a set of names.
  template <typename T>
  void read_choice(const std::string& key, const Choices<T>& choices, T* value) {
    std::string given;
    read(key, &given);
    if (given.empty() && !find(key).IsDefined()) return;
    std::string accepted;
    for (const auto& [name, choice] : choices) {
      if (name == given) {
        *value = choice;
        return;
      }
      accepted += (accepted.empty() ? "" : ", ") + name;
    }
    refuse_value(key, find(key), accepted);
  }

  /// The node of a key (undefined if it is not there), now known.
  YAML::Node find(const std::string& key);

  /// Call when every key was read: throws for the first unknown one.
  void finish() const;

  [[noreturn]] void refuse_value(const std::string& key, const YAML::Node& given,
                                 const std::string& accepted) const;

 private:
  std::string full_name(const std::string& key) const;

  static const char* kind_name(const int*) { return "whole numbers"; }
  static const char* kind_name(const std::int64_t*) { return "whole numbers"; }
  static const char* kind_name(const std::uint64_t*) { return "whole numbers from 0"; }
  static const char* kind_name(const double*) { return "numbers"; }
  static const char* kind_name(const bool*) { return "true, false"; }
  static const char* kind_name(const std::string*) { return "text"; }

  YAML::Node node_;
  std::string name_;
  std::vector<std::string> known_;
};

}  // namespace stip
