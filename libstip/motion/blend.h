#pragma once

#include <map>

#include "motion/evidence.h"

namespace stip {

struct BlendOptions {
  int width = 0;  ///< of the frames, at least 1
  int height = 0;
  int context = 4;  ///< the newest frames that weights are always learnt from
  int length = 10;  ///< frames kept, at least 2 and the context
  FlowPreset preset = FlowPreset::kFast;
  int threads = 1;
};

/// The closed-form blend over a stream: mixes candidates per pixel by weights under which they
/// would best have predicted the frames seen. What it predicts depends on the frames kept alone.
/// Within the context, candidates for horizon k are tested k frames ahead, or as far as the context
/// allows; in frames before it, only k ahead, so that a running stream computes each test once.
/// One thread at a time.
class Blend {
 public:
  explicit Blend(const BlendOptions& options);

  void push(const FrameView& frame);
  void clear();

  /// Predicts futures[k-1] = k frames after the newest; entries without data are passed over. At
  /// least one frame must have been pushed. From one frame it copies; from two it follows the flow,
  /// as there is nothing to learn weights from.
  void predict(const std::vector<MutableFrameView>& futures);

 private:
  bool copies() const { return history_.newest() == history_.oldest(); }
  bool learns() const { return history_.newest() >= history_.oldest() + 2; }
  const Evidence& evidence_of(int k, std::int64_t target);
  Evidence faded_evidence(int k);
  void forget_old_evidence();
  void predict_mixed(const Evidence& evidence, const MutableFrameView& future);

  BlendOptions options_;
  MotionHistory history_;
  /// By (target frame, steps back to the base). Kept, as the next prediction needs it again.
  std::map<std::pair<std::int64_t, int>, Evidence> evidence_;
  // Work space.
  CandidateMaker maker_;
  FloatPicture truth_;
  FloatPicture weights_;
  FloatPicture spare_;
};

}  // namespace stip
