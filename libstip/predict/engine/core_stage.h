#pragma once

#include <vector>

#include "predict/engine/encoder_stage.h"

namespace stip::engine {

/// The STGRU stack's memory over time: T of each layer.
struct CoreState {
  std::vector<Map> temporal;
  bool zero = true;  ///< nothing has been pushed yet: all of it is zeros
};

/// The STGRU stack (eq. 2, 5-7). T gates of all layers but the first depend on nothing of the
/// current step, so they are made together; what is left in sequence is S from layer to layer.
class CoreStage {
 public:
  CoreStage(const NetworkWeights& weights, int height, int width, ThreadPool& pool);

  CoreState make_state() const;
  /// A memory (T or S) with the border that convolutions and decoders read.
  Map make_memory() const;
  void copy(const CoreState& from, CoreState& to) const;
  void reset(CoreState& state) const;

  /// One step: moves the state on. Returns S after the last layer, valid until the next call.
  const Map& run(const Map& temporal_feature, const Map& spatial_feature, CoreState& state);

 private:
  // One memory's gates in one cell, on their way.
  struct Gates {
    const Map* memory = nullptr;
    const GateWeights* weights = nullptr;
    Buffer* values = nullptr;
    std::vector<cpu::Sums> sums;  // of each task
    float mean = 0;
    float inverse_deviation = 1;
  };

  void merge(const Map& temporal_feature, Map& temporal);
  void compute(const std::vector<Gates*>& gates);
  void compute_tiles(const std::vector<Gates*>& gates);
  void compute_directly(const std::vector<Gates*>& gates);
  void tiles_task(Gates& gates, const float* input, int task, float* products);
  void without_memory(Gates& gates);
  void normalise(Gates& gates) const;
  void update(std::size_t layer, Map& temporal, Map& spatial);

  const NetworkWeights& weights_;
  int height_;
  int width_;
  int tiles_across_ = 0;
  int tiles_ = 0;
  int block_tiles_ = 0;   // tiles of a task
  int group_panels_ = 0;  // panels of a task
  ThreadPool& pool_;
  const cpu::Kernels& kernels_;

  Map spatial_;
  Map merged_;
  std::vector<Gates> temporal_gates_;  // one a layer
  Gates spatial_gates_;
  std::vector<Buffer> values_;       // of temporal_gates_, then spatial_gates_
  std::vector<Buffer> tile_inputs_;  // one for each memory whose gates are made together
  std::vector<Buffer> products_;     // one a thread
  std::vector<Gates*> together_;
};

}  // namespace stip::engine
