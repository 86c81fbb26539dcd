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

Engine::Engine(const NetworkWeights& weights, int height, int width, ThreadPool& pool)
    : weights_(weights),
      shape_(shape_of(weights, height, width)),
      pool_(pool),
      encoders_(weights, shape_, pool),
      core_(weights, shape_.grid_height >> weights.config.levels,
            shape_.grid_width >> weights.config.levels, pool),
      decoders_(weights, shape_, pool) {}

void Engine::encode(const std::vector<const InputFrame*>& clip, Encoded& encoded) {
  const Stopwatch watch;
  encoders_.run(clip, encoded);
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
  decoders_.run(temporal, spatial, encoded, newest, prediction, done);
  times.decoders += decoders_.level_seconds();
  times.output += watch.seconds() - decoders_.level_seconds();
  ++times.decodings;
}

}  // namespace stip::engine
