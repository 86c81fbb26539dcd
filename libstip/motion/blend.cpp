#include "motion/blend.h"

#include <algorithm>

#include "motion/parallel_rows.h"

namespace stip {
namespace {

constexpr float kFading = 0.7f;  // a frame into the past

// base + sum of weight_i * (candidate_i - base)
void mix(const Candidates& candidates, const FloatPicture& weights, const MutableFrameView& out,
         int threads) {
  parallel_rows(threads, out.height, [&](int begin, int end) {
    std::vector<Float4> line(static_cast<std::size_t>(out.width));
    for (int y = begin; y < end; ++y) {
      const Float4* base = candidates.base->row(y);
      const Float4* weight = weights.row(y);
      for (int x = 0; x < out.width; ++x) {
        Float4 sum = base[x];
        for (std::size_t i = 0; i < kCandidates; ++i) {
          const Float4 difference = candidates.pictures[i]->row(y)[x] - base[x];
          sum += difference * weight[x][static_cast<int>(i)];
        }
        line[static_cast<std::size_t>(x)] = sum;
      }
      to_bytes(line.data(), out.width, out.order, out.data + y * out.stride);
    }
  });
}

}  // namespace

Blend::Blend(const BlendOptions& options)
    : options_(options),
      history_(options.width, options.height, options.length, options.preset, options.threads),
      maker_(history_) {}

void Blend::push(const FrameView& frame) {
  history_.push(frame);
  forget_old_evidence();
}

void Blend::clear() {
  history_.clear();
  evidence_.clear();
}

void Blend::forget_old_evidence() {
  for (auto place = evidence_.begin(); place != evidence_.end();) {
    const auto [target, steps] = place->first;
    // The base needs the frame before it.
    place = target - steps - 1 < history_.oldest() ? evidence_.erase(place) : std::next(place);
  }
}

const Evidence& Blend::evidence_of(int k, std::int64_t target) {
  const auto place = evidence_.find({target, k});
  if (place != evidence_.end()) return place->second;
  maker_.start(target - k);
  while (maker_.k() < k) maker_.advance();
  history_.picture(target, &truth_);
  return evidence_
      .emplace(std::pair(target, k),
               gather_evidence(maker_.candidates(), truth_, history_.threads()))
      .first->second;
}

Evidence Blend::faded_evidence(int k) {
  Evidence sum;
  float factor = 1;
  for (std::int64_t target = history_.newest(); target >= history_.oldest() + 2; --target) {
    const std::int64_t longest = target - history_.oldest() - 1;
    const bool in_context = target > history_.newest() - options_.context + 2;
    if (longest < k && !in_context) break;
    sum.add(evidence_of(static_cast<int>(std::min<std::int64_t>(k, longest)), target), factor);
    factor *= kFading;
  }
  return sum;
}

void Blend::predict_mixed(const Evidence& evidence, const MutableFrameView& future) {
  const int threads = history_.threads();
  solve_weights(evidence, history_.width(), history_.height(), threads, &weights_);
  for (int step = 0; step < maker_.k(); ++step) {
    warp(weights_, history_.flow(history_.newest()), threads, &spare_);
    std::swap(weights_, spare_);
  }
  mix(maker_.candidates(), weights_, future, threads);
}

void Blend::predict(const std::vector<MutableFrameView>& futures) {
  // First what was, then what comes: both use the same work space.
  std::vector<Evidence> evidence(futures.size());
  for (std::size_t i = 0; learns() && i < futures.size(); ++i) {
    if (futures[i].data != nullptr) evidence[i] = faded_evidence(static_cast<int>(i) + 1);
  }
  maker_.start(history_.newest());
  for (std::size_t i = 0; i < futures.size(); ++i) {
    if (!copies()) maker_.advance();
    if (futures[i].data == nullptr) continue;
    if (learns()) {
      predict_mixed(evidence[i], futures[i]);
    } else {
      to_frame(maker_.carried(), futures[i], history_.threads());
    }
  }
}

}  // namespace stip
