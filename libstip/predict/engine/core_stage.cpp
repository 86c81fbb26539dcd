#include "predict/engine/core_stage.h"

#include <algorithm>
#include <cmath>

#include "predict/engine/tile_weights.h"

namespace stip::engine {
namespace {

constexpr double kEpsilon = 1e-5;  // torch's, of both norms
// A task's products should stay in a core's second-level cache.
constexpr int kCacheFloats = 80 << 10;
constexpr int kMostTiles = 48;
constexpr int kMostKernelRows = 31;  // ModelConfig::validate()

int divide_up(int a, int b) { return (a + b - 1) / b; }

}  // namespace

CoreStage::CoreStage(const NetworkWeights& weights, int height, int width, ThreadPool& pool)
    : weights_(weights),
      height_(height),
      width_(width),
      pool_(pool),
      kernels_(cpu::kernels()),
      spatial_(make_memory()),
      merged_(make_memory()) {
  const auto gates = static_cast<std::size_t>(4 * weights.channels);
  const auto pixels = static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
  const std::size_t layers = weights.cells.size();
  for (std::size_t l = 0; l <= layers; ++l) values_.emplace_back(pixels * gates);
  temporal_gates_.resize(layers);
  for (std::size_t l = 0; l < layers; ++l) {
    temporal_gates_[l].weights = &weights.cells[l].temporal;
    temporal_gates_[l].values = &values_[l];
  }
  spatial_gates_.values = &values_[layers];
  spatial_gates_.memory = &spatial_;
  if (weights.config.kernel == kTileKernel) {
    tiles_across_ = divide_up(width, cpu::kTile);
    tiles_ = tiles_across_ * divide_up(height, cpu::kTile);
    block_tiles_ = divide_up(tiles_, divide_up(tiles_, kMostTiles));
    const int fitting = kCacheFloats / (cpu::kTilePoints * block_tiles_ * cpu::kPanel);
    group_panels_ = fitting >= kTilePanels ? kTilePanels : fitting >= 2 ? 2 : 1;
    const auto inputs = static_cast<std::size_t>(cpu::kTilePoints) *
                        static_cast<std::size_t>(tiles_) *
                        static_cast<std::size_t>(weights.channels);
    for (std::size_t i = 0; i < std::max<std::size_t>(2, layers); ++i) {
      tile_inputs_.emplace_back(inputs);
    }
    for (int thread = 0; thread < pool.threads(); ++thread) {
      products_.emplace_back(
          static_cast<std::size_t>(cpu::kTilePoints * block_tiles_ * group_panels_ * cpu::kPanel));
    }
  }
}

Map CoreStage::make_memory() const {
  const int edge = weights_.config.kernel / 2;
  // The decoders read one beyond, tiles read up to a whole tile.
  const int right = std::max(1, edge) + divide_up(width_, cpu::kTile) * cpu::kTile - width_;
  const int bottom = std::max(1, edge) + divide_up(height_, cpu::kTile) * cpu::kTile - height_;
  return Map(height_, width_, weights_.channels, {edge, edge, bottom, right});
}

CoreState CoreStage::make_state() const {
  CoreState state;
  for (std::size_t l = 0; l < weights_.cells.size(); ++l) state.temporal.push_back(make_memory());
  return state;
}

void CoreStage::copy(const CoreState& from, CoreState& to) const {
  to.zero = from.zero;
  for (std::size_t l = 0; l < from.temporal.size(); ++l) {
    to.temporal[l].copy_from(from.temporal[l]);
  }
}

void CoreStage::reset(CoreState& state) const {
  if (state.zero) return;
  for (Map& temporal : state.temporal) temporal.clear();
  state.zero = true;
}

const Map& CoreStage::run(const Map& temporal_feature, const Map& spatial_feature,
                          CoreState& state) {
  const std::size_t layers = weights_.cells.size();
  together_.clear();
  for (std::size_t l = 1; l < layers; ++l) {
    temporal_gates_[l].memory = &state.temporal[l];
    if (state.zero) {
      without_memory(temporal_gates_[l]);
    } else {
      together_.push_back(&temporal_gates_[l]);
    }
  }
  compute(together_);
  merge(temporal_feature, state.temporal[0]);
  spatial_.copy_from(spatial_feature);
  for (std::size_t l = 0; l < layers; ++l) {
    spatial_gates_.weights = &weights_.cells[l].spatial;
    together_.assign(1, &spatial_gates_);
    if (l == 0) {
      temporal_gates_[0].memory = &state.temporal[0];
      together_.push_back(&temporal_gates_[0]);
    }
    compute(together_);
    update(l, state.temporal[l], spatial_);
  }
  state.zero = false;
  return spatial_;
}

// T of the first layer takes the temporal feature in.
void CoreStage::merge(const Map& temporal_feature, Map& temporal) {
  const int h = weights_.channels;
  pool_.run(height_, [&](int y, int) {
    const float* source[2] = {temporal.at(y, 0), temporal_feature.at(y, 0)};
    cpu::RowConvolution row = weights_.merge.row();
    row.pixels = width_;
    row.source = source;
    row.source_step = h;
    row.out = merged_.at(y, 0);
    row.out_step = h;
    kernels_.convolve_row(row);
  });
  std::swap(merged_, temporal);
}

void CoreStage::compute(const std::vector<Gates*>& gates) {
  if (gates.empty()) return;
  if (tiles_ > 0) {
    compute_tiles(gates);
  } else {
    compute_directly(gates);
  }
  for (Gates* one : gates) normalise(*one);
}

void CoreStage::compute_tiles(const std::vector<Gates*>& gates) {
  const int count = static_cast<int>(gates.size()), channels = weights_.channels;
  const int parts = std::min(tiles_, count >= 2 * pool_.threads() ? 1 : 2 * pool_.threads());
  pool_.run(count * parts, [&](int task, int) {
    const Gates& one = *gates[static_cast<std::size_t>(task / parts)];
    const int part = task % parts;
    cpu::TileInput input;
    const int edge = kTileKernel / 2;
    input.source = one.memory->at(-edge, -edge);
    input.row_step = one.memory->row_step();
    input.channels = channels;
    input.tiles_across = tiles_across_;
    input.first = part * tiles_ / parts;
    input.count = (part + 1) * tiles_ / parts - input.first;
    input.point_step = std::ptrdiff_t{tiles_} * channels;
    input.out = tile_inputs_[static_cast<std::size_t>(task / parts)].data() +
                std::ptrdiff_t{input.first} * channels;
    kernels_.tile_input(input);
  });
  const int panels = 4 * channels / cpu::kPanel;
  const int tasks = divide_up(panels, group_panels_) * divide_up(tiles_, block_tiles_);
  for (Gates* one : gates) one->sums.assign(static_cast<std::size_t>(tasks), {});
  pool_.run(count * tasks, [&](int task, int worker) {
    const auto which = static_cast<std::size_t>(task / tasks);
    tiles_task(*gates[which], tile_inputs_[which].data(), task % tasks,
               products_[static_cast<std::size_t>(worker)].data());
  });
}

// Some panels of output channels for a block of tiles.
void CoreStage::tiles_task(Gates& gates, const float* input, int task, float* products) {
  const int channels = weights_.channels, panels = 4 * channels / cpu::kPanel;
  const int blocks = divide_up(tiles_, block_tiles_);
  const int panel = task / blocks * group_panels_, block = task % blocks;
  const int first = block * tiles_ / blocks, count = (block + 1) * tiles_ / blocks - first;
  cpu::RowConvolution row;
  row.pixels = count;
  row.depth = channels;
  row.panels = std::min(group_panels_, panels - panel);
  row.source_step = channels;
  row.panel_step = std::ptrdiff_t{channels} * cpu::kPanel;
  row.out_step = row.panels * cpu::kPanel;
  const std::ptrdiff_t point_step = kTilePanels * row.panel_step;
  const float* weights = gates.weights->tiles.data() +
                         panel / kTilePanels * cpu::kTilePoints * point_step +
                         panel % kTilePanels * row.panel_step;
  for (int point = 0; point < cpu::kTilePoints; ++point, weights += point_step) {
    const float* source =
        input + (std::ptrdiff_t{point} * tiles_ + first) * std::ptrdiff_t{channels};
    row.source = &source;
    row.weights = weights;
    row.out = products + std::ptrdiff_t{point} * count * row.out_step;
    kernels_.convolve_row(row);
  }
  cpu::TileOutput output;
  output.products = products;
  output.channels = static_cast<int>(row.out_step);
  output.tiles_across = tiles_across_;
  output.first = first;
  output.count = count;
  output.height = height_;
  output.width = width_;
  output.bias = gates.weights->bias.data() + panel * cpu::kPanel;
  output.out = gates.values->data() + panel * cpu::kPanel;
  output.pixel_step = std::ptrdiff_t{4} * channels;
  output.row_step = output.pixel_step * width_;
  gates.sums[static_cast<std::size_t>(task)] = kernels_.tile_output(output);
}

void CoreStage::compute_directly(const std::vector<Gates*>& gates) {
  const int channels = weights_.channels, kernel = weights_.config.kernel, edge = kernel / 2;
  for (Gates* one : gates) one->sums.assign(static_cast<std::size_t>(height_), {});
  pool_.run(static_cast<int>(gates.size()) * height_, [&](int task, int) {
    Gates& one = *gates[static_cast<std::size_t>(task / height_)];
    const int y = task % height_;
    const float* source[kMostKernelRows];
    for (int k = 0; k < kernel; ++k) source[k] = one.memory->at(y - edge + k, -edge);
    cpu::RowConvolution row = one.weights->direct.row();
    row.pixels = width_;
    row.source = source;
    row.source_step = channels;
    row.out_step = std::ptrdiff_t{4} * channels;
    row.out = one.values->data() + y * width_ * row.out_step;
    kernels_.convolve_row(row);
    one.sums[static_cast<std::size_t>(y)] = kernels_.sums(row.out, width_ * row.out_step);
  });
}

// A convolution of zeros is its bias everywhere.
void CoreStage::without_memory(Gates& gates) {
  const std::ptrdiff_t step = std::ptrdiff_t{4} * weights_.channels;
  const std::ptrdiff_t pixels = std::ptrdiff_t{height_} * width_;
  const float* bias = gates.weights->bias.data();
  for (std::ptrdiff_t pixel = 0; pixel < pixels; ++pixel) {
    std::copy_n(bias, step, gates.values->data() + pixel * step);
  }
  const cpu::Sums one = kernels_.sums(bias, step);
  const auto times = static_cast<double>(pixels);
  gates.sums.assign(1, {one.sum * times, one.squares * times});
  normalise(gates);
}

// Over the true channels: padded ones are zeros, and add nothing to the sums.
void CoreStage::normalise(Gates& gates) const {
  cpu::Sums total;
  for (const cpu::Sums& sums : gates.sums) {
    total.sum += sums.sum;
    total.squares += sums.squares;
  }
  const double count = 4.0 * weights_.config.hidden * height_ * width_;
  const double mean = total.sum / count;
  const double variance = std::max(0.0, total.squares / count - mean * mean);
  gates.mean = static_cast<float>(mean);
  gates.inverse_deviation = static_cast<float>(1 / std::sqrt(variance + kEpsilon));
}

void CoreStage::update(std::size_t layer, Map& temporal, Map& spatial) {
  const std::ptrdiff_t step = std::ptrdiff_t{4} * weights_.channels;
  const bool by_place = weights_.config.norm == Norm::kLayer;
  const auto side = [&](const Gates& gates, std::ptrdiff_t pixel) {
    const std::ptrdiff_t norm = by_place ? pixel * step : 0;
    return cpu::GateSide{
        gates.values->data() + pixel * step, gates.weights->norm_weight.data() + norm,
        gates.weights->norm_bias.data() + norm, gates.mean, gates.inverse_deviation};
  };
  pool_.run(height_, [&](int y, int) {
    const std::ptrdiff_t pixel = std::ptrdiff_t{y} * width_;
    cpu::GateUpdate update;
    update.pixels = width_;
    update.channels = weights_.channels;
    update.temporal_side = side(temporal_gates_[layer], pixel);
    update.spatial_side = side(spatial_gates_, pixel);
    update.norm_step = by_place ? step : 0;
    update.temporal = temporal.at(y, 0);
    update.spatial = spatial.at(y, 0);
    kernels_.gate_update(update);
  });
}

}  // namespace stip::engine
