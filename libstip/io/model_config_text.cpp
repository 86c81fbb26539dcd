#include "io/model_config_text.h"

#include <yaml-cpp/yaml.h>

#include "io/yaml_section.h"

namespace stip {
namespace {

const Choices<Norm> kNorms = {{"layer", Norm::kLayer}, {"channel", Norm::kChannel}};
const Choices<Output> kOutputs = {
    {"frame", Output::kFrame}, {"residual", Output::kResidual}, {"motion", Output::kMotion}};
const Choices<EncoderKind> kEncoders = {{"spatiotemporal", EncoderKind::kSpatiotemporal},
                                        {"single", EncoderKind::kSingle}};
const Choices<PixelOrder> kColours = {{"bgr", PixelOrder::kBgr}, {"rgb", PixelOrder::kRgb}};
const Choices<StateMode> kStates = {{"window", StateMode::kWindow},
                                    {"recurrent", StateMode::kRecurrent}};

// Parts of the design that come later have names already: say so, instead of "unknown".
void refuse_later_kinds(YamlSection& section) {
  std::string memory = "stgru";
  section.read("memory", &memory);
  if (memory != "stgru") {
    throw Error(ErrorCode::kWrongKind,
                "model.memory is " + memory + "; this version has stgru only: use a newer one");
  }
}

}  // namespace

ModelConfig read_model_config(const YAML::Node& node) {
  ModelConfig config;
  YamlSection section(node, "model");
  refuse_later_kinds(section);
  section.read("height", &config.height);
  section.read("width", &config.width);
  section.read("patch", &config.patch);
  section.read("levels", &config.levels);
  section.read("layers", &config.layers);
  section.read("hidden", &config.hidden);
  section.read("kernel", &config.kernel);
  section.read("clip", &config.clip);
  section.read("recall", &config.recall);
  section.read("sharpen", &config.sharpen);
  section.read_choice("norm", kNorms, &config.norm);
  section.read_choice("output", kOutputs, &config.output);
  section.read_choice("encoder", kEncoders, &config.encoder);
  section.read_choice("colour", kColours, &config.colour);
  section.read_choice("state", kStates, &config.state);
  section.read("context", &config.context);
  section.finish();
  config.validate();
  return config;
}

ModelConfig parse_model_config(const std::string& yaml) {
  YAML::Node node;
  try {
    node = YAML::Load(yaml);
  } catch (const YAML::Exception& error) {
    throw Error(ErrorCode::kInvalidArgument, "the model's configuration is not readable YAML",
                error.what());
  }
  return read_model_config(node);
}

std::string write_model_config(const ModelConfig& config) {
  YAML::Emitter out;
  out << YAML::BeginMap;
  const auto write = [&out](const char* key, const auto& value) {
    out << YAML::Key << key << YAML::Value << value;
  };
  write("height", config.height);
  write("width", config.width);
  write("patch", config.patch);
  write("levels", config.levels);
  write("layers", config.layers);
  write("hidden", config.hidden);
  write("kernel", config.kernel);
  write("clip", config.clip);
  write("recall", shortest_text(config.recall));
  // Left out elsewhere, so that versions before it can read all other networks.
  if (config.sharpen != 0) write("sharpen", shortest_text(config.sharpen));
  write("norm", choice_name(kNorms, config.norm));
  write("output", choice_name(kOutputs, config.output));
  write("encoder", choice_name(kEncoders, config.encoder));
  write("colour", choice_name(kColours, config.colour));
  write("state", choice_name(kStates, config.state));
  write("context", config.context);
  out << YAML::EndMap;
  return std::string(out.c_str()) + "\n";
}

}  // namespace stip
