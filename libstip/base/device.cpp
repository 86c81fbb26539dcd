#include "base/device.h"

#include <algorithm>
#include <cctype>

#include "stip/error.h"

namespace stip {

DeviceName parse_device(const std::string& text) {
  if (text == "auto") return {DeviceName::Kind::kAuto, 0};
  if (text == "cpu") return {DeviceName::Kind::kCpu, 0};
  if (text == "cuda") return {DeviceName::Kind::kCuda, 0};
  const std::string prefix = "cuda:";
  const std::string number = text.rfind(prefix, 0) == 0 ? text.substr(prefix.size()) : "";
  const bool digits =
      !number.empty() && number.size() <= 3 &&
      std::all_of(number.begin(), number.end(), [](unsigned char c) { return std::isdigit(c); });
  if (digits) return {DeviceName::Kind::kCuda, std::stoi(number)};
  throw Error(ErrorCode::kInvalidArgument,
              "device '" + text + "' is not known; use auto, cpu, cuda or cuda:N");
}

}  // namespace stip
