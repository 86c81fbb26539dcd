#include "motion/candidates.h"

namespace stip {

void CandidateMaker::start(std::int64_t base) {
  number_ = base;
  k_ = 0;
  aligned_is_made_ = false;
  history_.picture(base, &base_);
  history_.picture(base, &carried_);
}

void CandidateMaker::advance() {
  warp(carried_, history_.flow(number_), history_.threads(), &spare_);
  std::swap(carried_, spare_);
  ++k_;
}

Candidates CandidateMaker::candidates() {
  const int threads = history_.threads();
  const double sigma = 1 + 0.35 * k_;
  if (!aligned_is_made_) {
    history_.picture(number_ - 1, &spare_);
    warp(spare_, history_.flow(number_), threads, &aligned_);
    aligned_is_made_ = true;
  }
  blur(carried_, sigma, threads, &carried_blurred_);
  blur(base_, sigma, threads, &base_blurred_);
  return {&base_, {&carried_, &carried_blurred_, &base_blurred_, &aligned_}};
}

}  // namespace stip
