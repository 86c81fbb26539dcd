#include "io/release_names.h"

#include <regex>
#include <vector>

#include "stip/error.h"

namespace stip {
namespace {

struct Rule {
  std::regex ours;
  const char* release;
};

std::string translate(const std::vector<Rule>& rules, const std::string& name) {
  for (const Rule& rule : rules) {
    if (std::regex_match(name, rule.ours)) return std::regex_replace(name, rule.ours, rule.release);
  }
  throw Error(ErrorCode::kFailed, "parameter " + name + " has no name in the release");
}

}  // namespace

std::string release_generator_name(const std::string& ours) {
  static const std::vector<Rule> rules = {
      {std::regex(R"((s)patial_encoder\.input\.(\w+))"), "$1_encoder3d.encoder3d_$1_conv-1.$2"},
      {std::regex(R"((t)emporal_encoder\.input\.(\w+))"), "$1_encoder3d.encoder3d_$1_conv-1.$2"},
      {std::regex(R"((s)patial_encoder\.levels\.(\d+)\.(\w+))"), "$1_encoders.$2.encoder_$1$2.$3"},
      {std::regex(R"((t)emporal_encoder\.levels\.(\d+)\.(\w+))"), "$1_encoders.$2.encoder_$1$2.$3"},
      {std::regex(R"(cells\.(\d+)\.(t)emporal_gates\.conv\.(\w+))"), "cell_list.$1.conv_$2.0.$3"},
      {std::regex(R"(cells\.(\d+)\.(s)patial_gates\.conv\.(\w+))"), "cell_list.$1.conv_$2.0.$3"},
      {std::regex(R"(cells\.(\d+)\.(t)emporal_gates\.(\w+))"), "cell_list.$1.conv_$2.1.$3"},
      {std::regex(R"(cells\.(\d+)\.(s)patial_gates\.(\w+))"), "cell_list.$1.conv_$2.1.$3"},
      {std::regex(R"((s)patial_decoder\.levels\.(\d+)\.(\w+))"), "$1_decoders.$2.$1_decoder$2.$3"},
      {std::regex(R"((t)emporal_decoder\.levels\.(\d+)\.(\w+))"), "$1_decoders.$2.$1_decoder$2.$3"},
      {std::regex(R"((s)patial_decoder\.output\.(\w+))"), "$1_srcnn.0.$2"},
      {std::regex(R"((t)emporal_decoder\.output\.(\w+))"), "$1_srcnn.0.$2"},
      {std::regex(R"(merge_temporal\.(\w+))"), "merge_t.$1"},
      {std::regex(R"(join\.(\w+))"), "conv_last_sr.$1"},
  };
  return translate(rules, ours);
}

std::string release_discriminator_name(const std::string& ours) {
  static const std::vector<Rule> rules = {
      // The first level is an anonymous part of a sequence, the others have names.
      {std::regex(R"(convolutions\.0\.(\w+))"), "main.0.$1"},
      {std::regex(R"(norms\.0\.(\w+))"), "main.1.$1"},
      {std::regex(R"(convolutions\.(\d+)\.(\w+))"), "main.conv_$1.$2"},
      {std::regex(R"(norms\.(\d+)\.(\w+))"), "main.gn_$1.$2"},
      {std::regex(R"(linear\.(\w+))"), "linear.0.$1"},
  };
  return translate(rules, ours);
}

}  // namespace stip
