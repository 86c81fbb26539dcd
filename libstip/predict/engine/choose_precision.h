#pragma once

#include <string>

#include "base/precision.h"

namespace stip::engine {

/// int8 pays where it is at least this many times as fast as fp32; below, the exact result is worth
/// more.
constexpr double kWorthwhile = 1.3;

/// How many times as fast as fp32's the int8 row kernel is on this machine, on a typical row of an
/// encoder level. Measured once a process, in a few milliseconds.
double int8_speed();

/// What a model is to run with on the CPU, given what was asked for and whether its file is
/// calibrated; `auto` is decided by int8_speed(). Throws kInvalidArgument for int8 without
/// calibration and kNoDevice for what no CPU of ours does.
Precision choose_precision(Precision wanted, const std::string& model, bool calibrated);

}  // namespace stip::engine
