#include "predict/engine/engine.h"

#include <chrono>

namespace stip::engine {
namespace {

class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

Shape shape_of(const NetworkWeights& weights, int height, int width) {
  const int patch = weights.config.patch;
  return {patch, height / patch, width / patch, weights.frame_channels};
}

}  // namespace

Engine::Engine(const NetworkWeights& weights, int height, int width, ThreadPool& pool,
               const ByteWeights* bytes)
    : weights_(weights),
      shape_(shape_of(weights, height, width)),
      pool_(pool),
      clips_(pool.threads()),
      core_(weights, shape_.grid_height >> weights.config.levels,
            shape_.grid_width >> weights.config.levels, pool) {
  if (bytes == nullptr) {
    encoders_.emplace(weights, shape_, pool);
    decoders_.emplace(weights, shape_, pool);
  } else {
    byte_encoders_.emplace(weights, *bytes, shape_, pool, clips_);
    byte_decoders_.emplace(weights, *bytes, shape_, pool, clips_);
  }
}

void Engine::measure(RangeMeter* meter) {
  if (!encoders_) return;
  encoders_->measure(meter);
  decoders_->measure(meter);
}

void Engine::encode(const std::vector<const InputFrame*>& clip, Encoded& encoded) {
  const Stopwatch watch;
  if (encoders_) {
    encoders_->run(clip, encoded);
  } else {
    byte_encoders_->run(clip, encoded);
  }
  times.encoders += watch.seconds();
  ++times.encodings;
}

const Map& Engine::advance(const Map& temporal_feature, const Map& spatial_feature,
                           CoreState& state) {
  const Stopwatch watch;
  const Map& spatial = core_.run(temporal_feature, spatial_feature, state);
  times.core += watch.seconds();
  ++times.core_steps;
  return spatial;
}

void Engine::decode(const Map& temporal, const Map& spatial, const Encoded& encoded,
                    const InputFrame& newest, Map& prediction, const RowsDone& done) {
  const Stopwatch watch;
  double level_seconds = 0;
  if (decoders_) {
    decoders_->run(temporal, spatial, encoded, newest, prediction, done);
    level_seconds = decoders_->level_seconds();
  } else {
    byte_decoders_->run(temporal, spatial, encoded, newest, prediction, done);
    level_seconds = byte_decoders_->level_seconds();
  }
  times.decoders += level_seconds;
  times.output += watch.seconds() - level_seconds;
  ++times.decodings;
}

}  // namespace stip::engine
