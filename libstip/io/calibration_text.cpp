#include "io/calibration_text.h"

#include <cmath>

#include "io/yaml_section.h"
#include "stip/predictor.h"

namespace stip {
namespace {

// Of the measure as well as of the text: quantiles of another measure of error say nothing here.
constexpr int kVersion = 1;

[[noreturn]] void refuse(const std::string& what) {
  throw Error(ErrorCode::kInvalidArgument, "calibration: " + what);
}

ErrorQuantiles read_quantiles(const YAML::Node& node, int horizon) {
  const std::string name = "horizon " + std::to_string(horizon);
  YamlSection section(node, name);
  ErrorQuantiles quantiles;
  section.read("frames", &quantiles.frames);
  const YAML::Node errors = section.find("errors");
  section.finish();
  if (!errors.IsDefined() || !errors.IsSequence() || errors.size() != kErrorShares.size()) {
    refuse(name + " needs " + std::to_string(kErrorShares.size()) + " errors");
  }
  double last = 0;
  for (std::size_t i = 0; i < kErrorShares.size(); ++i) {
    const double error = errors[i].as<double>();
    if (!std::isfinite(error) || error < last) refuse(name + " has errors that do not ascend");
    quantiles.errors[i] = last = error;
  }
  return quantiles;
}

Calibration read_calibration(const YAML::Node& node) {
  YamlSection section(node, "calibration");
  int version = kVersion;
  section.read("version", &version);
  if (version > kVersion) {
    throw Error(ErrorCode::kNewerVersion, "the calibration has version " + std::to_string(version) +
                                              "; this version reads up to " +
                                              std::to_string(kVersion) + ": use a newer version");
  }
  const YAML::Node horizons = section.find("horizons");
  section.find("activations");  // what int8 needs: io/activation_ranges.h
  section.finish();
  Calibration calibration;
  if (!horizons.IsDefined() || horizons.IsNull()) return calibration;
  if (!horizons.IsMap()) refuse("horizons is not a list of key: value lines");
  for (const auto& item : horizons) {
    const int horizon = item.first.as<int>();
    if (horizon < 1 || horizon > kMaxHorizon) refuse("a horizon is outside 1 to 64");
    calibration.horizons[horizon] = read_quantiles(item.second, horizon);
  }
  return calibration;
}

}  // namespace

std::string write_calibration(const Calibration& calibration) {
  YAML::Emitter out;
  out << YAML::BeginMap << YAML::Key << "version" << YAML::Value << kVersion;
  out << YAML::Key << "horizons" << YAML::Value << YAML::BeginMap;
  for (const auto& [horizon, quantiles] : calibration.horizons) {
    out << YAML::Key << horizon << YAML::Value << YAML::BeginMap;
    out << YAML::Key << "frames" << YAML::Value << quantiles.frames;
    out << YAML::Key << "errors" << YAML::Value << YAML::Flow << YAML::BeginSeq;
    for (const double error : quantiles.errors) out << shortest_text(error);
    out << YAML::EndSeq << YAML::EndMap;
  }
  out << YAML::EndMap << YAML::EndMap;
  return std::string(out.c_str()) + "\n";
}

Calibration parse_calibration(const std::string& yaml) {
  try {
    return read_calibration(YAML::Load(yaml));
  } catch (const YAML::Exception& error) {
    throw Error(ErrorCode::kWrongKind, "the model's calibration is not readable", error.what());
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kInvalidArgument) throw;
    throw Error(ErrorCode::kWrongKind,
                std::string("the model's calibration is not readable: ") + error.what());
  }
}

}  // namespace stip
