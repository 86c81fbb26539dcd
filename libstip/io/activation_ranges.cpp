#include "io/activation_ranges.h"

#include <yaml-cpp/yaml.h>

#include <cmath>
#include <cstdio>

#include "io/yaml_section.h"

namespace stip {
namespace {

constexpr const char* kKey = "activations";

[[noreturn]] void refuse(const std::string& what, const std::string& detail = {}) {
  throw Error(ErrorCode::kWrongKind, "the model's calibration is not readable: " + what, detail);
}

YAML::Node load(const std::string& calibration) {
  YAML::Node root = YAML::Load(calibration);
  if (root.IsDefined() && !root.IsNull() && !root.IsMap()) refuse("it is not a list of keys");
  return root;
}

// Four digits: the scale that is made of it has no more.
std::string text_of(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

}  // namespace

ActivationRanges parse_activation_ranges(const std::string& calibration) {
  ActivationRanges ranges;
  try {
    const YAML::Node root = load(calibration);
    if (!root.IsMap() || !root[kKey].IsDefined()) return ranges;
    if (!root[kKey].IsMap()) refuse("activations is not a list of ranges");
    for (const auto& item : root[kKey]) {
      const auto name = item.first.as<std::string>();
      const auto values = item.second.as<std::vector<double>>();
      if (values.empty() || values.size() % 2 != 0) refuse(name + " has no pairs of numbers");
      for (std::size_t i = 0; i < values.size(); i += 2) {
        const ValueRange range{values[i], values[i + 1]};
        // Written so that what is no number is refused.
        if (!(range.low <= 0 && range.high >= 0 && std::isfinite(range.high - range.low))) {
          refuse(name + " has a range that is not around 0");
        }
        ranges[name].push_back(range);
      }
    }
  } catch (const YAML::Exception& error) {
    refuse("it is no YAML text of ours", error.what());
  }
  return ranges;
}

std::string with_activation_ranges(const std::string& calibration, const ActivationRanges& ranges) {
  try {
    YAML::Node root = load(calibration);
    YAML::Node list(YAML::NodeType::Map);
    for (const auto& [name, channels] : ranges) {
      YAML::Node values(YAML::NodeType::Sequence);
      values.SetStyle(YAML::EmitterStyle::Flow);
      for (const ValueRange& range : channels) {
        values.push_back(text_of(range.low));
        values.push_back(text_of(range.high));
      }
      list[name] = values;
    }
    root[kKey] = list;
    YAML::Emitter out;
    out << root;
    return std::string(out.c_str()) + "\n";
  } catch (const YAML::Exception& error) {
    refuse("it is no YAML text of ours", error.what());
  }
}

}  // namespace stip
