#include "io/yaml_section.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <set>

#include "stip/error.h"

namespace stip {
namespace {

// Levenshtein's distance, for "did you mean".
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

}  // namespace

std::string shortest_text(double value) {
  std::array<char, 32> text{};
  for (const int digits : {15, 17}) {
    std::snprintf(text.data(), text.size(), "%.*g", digits, value);
    if (std::strtod(text.data(), nullptr) == value) break;
  }
  return text.data();
}

YamlSection::YamlSection(const YAML::Node& node, std::string name)
    : node_(node), name_(std::move(name)) {
  if (node_.IsDefined() && !node_.IsNull() && !node_.IsMap()) {
    throw Error(ErrorCode::kInvalidArgument,
                "the section " + name_ + " is not a list of key: value lines");
  }
  if (!node_.IsDefined() || node_.IsNull()) return;
  std::set<std::string> seen;
  for (const auto& item : node_) {
    if (seen.insert(item.first.Scalar()).second) continue;
    throw Error(ErrorCode::kInvalidArgument, full_name(item.first.Scalar()) + " is given twice");
  }
}

std::string YamlSection::full_name(const std::string& key) const {
  return name_.empty() ? key : name_ + "." + key;
}

YAML::Node YamlSection::find(const std::string& key) {
  if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.push_back(key);
  if (!node_.IsDefined() || node_.IsNull()) return YAML::Node(YAML::NodeType::Undefined);
  const YAML::Node& node = node_;  // the const operator[] does not add the key
  return node[key];
}

void YamlSection::finish() const {
  if (!node_.IsDefined() || node_.IsNull()) return;
  for (const auto& item : node_) {
    const std::string key = item.first.Scalar();
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    const auto nearest = std::min_element(known_.begin(), known_.end(), [&](auto& a, auto& b) {
      return distance(key, a) < distance(key, b);
    });
    throw Error(ErrorCode::kInvalidArgument, "unknown key " + full_name(key.substr(0, 80)) +
                                                 "; did you mean " + full_name(*nearest) + "?");
  }
}

void YamlSection::refuse_value(const std::string& key, const YAML::Node& given,
                               const std::string& accepted) const {
  const std::string shown = given.IsNull()     ? "empty"
                            : given.IsScalar() ? given.Scalar().substr(0, 80)
                                               : "not a single value";
  throw Error(ErrorCode::kInvalidArgument,
              full_name(key) + " is " + shown + "; accepted: " + accepted);
}

}  // namespace stip
