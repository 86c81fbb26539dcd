#include "stip/quality.h"

#include <algorithm>

#include "metrics/psnr.h"

namespace stip {
namespace {

constexpr std::uint64_t kMemory = 100;

Quality quality_of(const Sketch& truth, const Sketch& picture) {
  return {psnr(squared_error(truth, picture)), ssim(truth, picture)};
}

void move_towards(const Quality& one, double share, Quality* mean) {
  mean->psnr += share * (one.psnr - mean->psnr);
  mean->ssim += share * (one.ssim - mean->ssim);
}

}  // namespace

Comparison compare(const Sketch& truth, const Sketch& prediction, const Sketch& newest) {
  return {quality_of(truth, prediction), quality_of(truth, newest)};
}

void RunningComparison::add(const Comparison& one) {
  ++count;
  const double share = 1.0 / static_cast<double>(std::min(count, kMemory));
  move_towards(one.model, share, &mean.model);
  move_towards(one.copy_last, share, &mean.copy_last);
}

}  // namespace stip
