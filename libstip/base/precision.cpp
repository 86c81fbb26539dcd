#include "base/precision.h"

#include <utility>

#include "stip/error.h"

namespace stip {
namespace {

constexpr std::pair<const char*, Precision> kNames[] = {{"auto", Precision::kAuto},
                                                        {"fp32", Precision::kFp32},
                                                        {"bf16", Precision::kBf16},
                                                        {"fp16", Precision::kFp16},
                                                        {"int8", Precision::kInt8}};

}  // namespace

Precision parse_precision(const std::string& text) {
  std::string accepted;
  for (const auto& [name, precision] : kNames) {
    if (text == name) return precision;
    accepted += (accepted.empty() ? "" : ", ") + std::string(name);
  }
  throw Error(ErrorCode::kInvalidArgument,
              "precision '" + text + "' is not known; use one of " + accepted);
}

const char* precision_name(Precision precision) {
  for (const auto& [name, value] : kNames) {
    if (value == precision) return name;
  }
  return "";
}

}  // namespace stip
