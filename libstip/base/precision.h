#pragma once

#include <string>

namespace stip {

/// The numbers a network computes with.
enum class Precision { kAuto, kFp32, kBf16, kFp16, kInt8 };

/// From a user's text: auto, fp32, bf16, fp16, int8. Throws kInvalidArgument naming what is
/// accepted.
Precision parse_precision(const std::string& text);

const char* precision_name(Precision precision);

}  // namespace stip
