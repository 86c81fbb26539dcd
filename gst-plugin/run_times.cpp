#include "run_times.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace stip::gst {

void RunTimes::add(GstClockTime elapsed) {
  runs_.push_back(elapsed);
  if (runs_.size() > kRuns) runs_.pop_front();
}

GstClockTime RunTimes::quantile(double share) const {
  if (runs_.empty()) return 0;
  std::vector<GstClockTime> sorted(runs_.begin(), runs_.end());
  std::sort(sorted.begin(), sorted.end());
  const double rank = std::ceil(share * static_cast<double>(sorted.size()));
  const auto index = static_cast<std::size_t>(std::max(rank, 1.0)) - 1;
  return sorted[std::min(index, sorted.size() - 1)];
}

}  // namespace stip::gst
