#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "evaluation.h"

namespace stip::training {

/// What a report says beside the scores.
struct ReportFacts {
  MetricConvention convention = MetricConvention::kStrict;
  int context = 0;
  int lead = 0;  ///< frames the yardsticks were given
  int horizon = 0;
  std::string flow_preset;       ///< fast | medium
  std::int64_t parameters = -1;  ///< below 0: a built-in, which has none
  std::int64_t multiply_adds_per_step = -1;
  std::string counted_at;  ///< the picture size that the multiply-adds are of
  /// Why a column or a figure has no values, by its name.
  std::map<std::string, std::string> not_available;
};

/// One sentence: how figures were counted.
std::string convention_text(MetricConvention convention);

std::string report_json(const Scores& scores, const ReportFacts& facts);

/// One line for each (clip, kind, or mean; horizon; column).
std::string report_csv(const Scores& scores);

/// For a person, to standard output.
void print_report(const Scores& scores, const ReportFacts& facts);

}  // namespace stip::training
