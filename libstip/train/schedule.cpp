#include "train/schedule.h"

#include <algorithm>
#include <cmath>

namespace stip {
namespace {

constexpr double kPi = 3.14159265358979323846;

}  // namespace

double RateSchedule::factor(std::int64_t iteration) const {
  const double warm =
      warm_up > 0 ? std::min(1.0, static_cast<double>(iteration + 1) / static_cast<double>(warm_up))
                  : 1.0;
  switch (kind) {
    case Kind::kConstant:
      return warm;
    case Kind::kCosine: {
      const double done =
          std::min(1.0, static_cast<double>(iteration) / static_cast<double>(iterations));
      return warm * 0.5 * (1 + std::cos(kPi * done));
    }
    case Kind::kExponential: {
      const auto past = static_cast<double>(std::max<std::int64_t>(0, iteration - decay_start));
      return warm * std::pow(decay, past / static_cast<double>(decay_every));
    }
    case Kind::kSteps:
      break;
  }
  // Decays that happened after iterations 0..iteration-1: the multiples of decay_every from
  // decay_start up to there.
  const std::int64_t last = iteration - 1;
  if (last < decay_start) return warm;
  const std::int64_t first = (decay_start + decay_every - 1) / decay_every;
  const auto decays = static_cast<double>(last / decay_every - first + 1);
  return warm * std::pow(decay, std::max(0.0, decays));
}

double StillErrorSchedule::value(std::int64_t iteration) const {
  const double whole = until * static_cast<double>(iterations);
  const double done = whole > 0 ? std::min(1.0, static_cast<double>(iteration) / whole) : 1.0;
  return start * std::pow(end / start, done);
}

double ReverseSamplingSchedule::chance(std::int64_t iteration) const {
  if (!on || iteration >= stop) return 1;
  if (iteration < start) return 0.5;
  return 1 - 0.5 * std::exp(-static_cast<double>(iteration - start) / scale);
}

double SamplingSchedule::chance(std::int64_t iteration) const {
  if (iteration >= stop) return 0;
  return std::clamp(1 - static_cast<double>(iteration + 1) * step, 0.0, 1.0);
}

}  // namespace stip
