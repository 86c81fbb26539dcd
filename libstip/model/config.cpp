#include "model/config.h"

#include <cmath>
#include <cstdint>
#include <tuple>

#include "model/parameter_table.h"

namespace stip {
namespace {

// The most values a network may have: 8 GB in fp32. A file or configuration that asks for more is a
// mistake, and is refused before anything is allocated.
constexpr std::int64_t kMaxParameters = std::int64_t{1} << 31;

[[noreturn]] void refuse(const std::string& key, const std::string& given,
                         const std::string& accepted) {
  throw Error(ErrorCode::kInvalidArgument,
              "model." + key + " is " + given + "; accepted: " + accepted);
}

void check_range(const std::string& key, int value, int low, int high) {
  if (value < low || value > high) {
    refuse(key, std::to_string(value), std::to_string(low) + " to " + std::to_string(high));
  }
}

void check_multiple(const std::string& key, int value, int multiple) {
  if (value % multiple == 0) return;
  const int below = value / multiple * multiple;
  refuse(key, std::to_string(value),
         "multiples of " + std::to_string(multiple) + " (patch x 2^levels), such as " +
             (below > 0 ? std::to_string(below) + " or " : "") + std::to_string(below + multiple));
}

}  // namespace

ModelConfig ModelConfig::with_size(int new_height, int new_width) const {
  ModelConfig other = *this;
  other.height = new_height;
  other.width = new_width;
  return other;
}

void ModelConfig::validate() const {
  check_range("patch", patch, 1, 64);
  check_range("levels", levels, 1, 10);
  check_range("layers", layers, 1, 256);
  check_range("hidden", hidden, 1, 4096);
  check_range("kernel", kernel, 1, 31);
  if (kernel % 2 == 0) refuse("kernel", std::to_string(kernel), "odd numbers");
  check_range("clip", clip, 1, 16);
  check_range("context", context, 1, kMaxContext);
  check_range("height", height, 1, 16384);
  check_range("width", width, 1, 16384);
  check_multiple("height", height, multiple());
  check_multiple("width", width, multiple());
  if (!std::isfinite(recall) || std::abs(recall) > 10) {
    refuse("recall", std::to_string(recall), "numbers from -10 to 10");
  }
  if (!(sharpen >= 0 && sharpen <= 2)) {
    refuse("sharpen", std::to_string(sharpen), "numbers from 0 to 2");
  }
  if (sharpen != 0 && output != Output::kMotion) {
    refuse("sharpen", std::to_string(sharpen), "0 without output: motion, which alone sharpens");
  }
  if (output == Output::kMotion) {
    if (patch != 4) refuse("patch", std::to_string(patch), "4 with output: motion");
    if (clip != 1) {
      refuse("clip", std::to_string(clip),
             "1 with output: motion, whose network sees one horizon at a time");
    }
    if (norm != Norm::kChannel) refuse("norm", "layer", "channel with output: motion");
    if (state != StateMode::kWindow) refuse("state", "recurrent", "window with output: motion");
    if (context < 3) refuse("context", std::to_string(context), "3 or more with output: motion");
  }
  const std::int64_t parameters = parameter_count(*this);
  if (parameters > kMaxParameters) {
    throw Error(ErrorCode::kInvalidArgument, "the model would have " + std::to_string(parameters) +
                                                 " parameters; at most " +
                                                 std::to_string(kMaxParameters) +
                                                 " are accepted: lower hidden, layers or the size");
  }
}

bool operator==(const ModelConfig& a, const ModelConfig& b) {
  const auto key = [](const ModelConfig& c) {
    return std::tie(c.height, c.width, c.patch, c.levels, c.layers, c.hidden, c.kernel, c.clip,
                    c.recall, c.sharpen, c.norm, c.output, c.encoder, c.colour, c.state, c.context);
  };
  return key(a) == key(b);
}

void DiscriminatorConfig::validate() const {
  if (hidden < 4 || hidden > 4096 || hidden % 4 != 0) {
    throw Error(ErrorCode::kInvalidArgument, "discriminator.hidden is " + std::to_string(hidden) +
                                                 "; accepted: multiples of 4 (its group norm has "
                                                 "4 groups) up to 4096");
  }
}

}  // namespace stip
