// Each kernel of the CPU engine, in the shapes of a step at 512x512 (preset ucfsport), one thread,
// with every instruction set that this machine has. FLOP/s: a multiply-add is two. B/s: what must
// be read plus what must be written.
#include <benchmark/benchmark.h>

#include <random>
#include <vector>

#include "ops/cpu/kernels.h"

namespace stip::cpu {
namespace {

using benchmark::Counter;
using benchmark::State;

constexpr int kChannels = 64;
constexpr int kPanels = kChannels / kPanel;
constexpr int kCore = 16;  // of 16x16
constexpr int kGrid = 256;
constexpr int kSlack = 64;  // what kernels may touch beyond the last value

// Aligned as the engine's buffers are.
struct Floats {
  explicit Floats(std::ptrdiff_t count) : values(static_cast<std::size_t>(count + 2 * kSlack)) {
    std::mt19937 random(1);
    std::uniform_real_distribution<float> spread(-1, 1);
    for (float& value : values) value = spread(random);
    const auto address = reinterpret_cast<std::uintptr_t>(values.data());
    begin = values.data() + (kSlack - address / sizeof(float) % kPanel);
  }
  operator float*() { return begin; }
  std::vector<float> values;
  float* begin;
};

void set_rate(State& state, const char* unit, double an_iteration) {
  state.counters[unit] = Counter(an_iteration, Counter::kIsIterationInvariantRate);
}

void convolve(State& state, const Kernels& kernels, int pixels, int segments, int depth, int panels,
              std::ptrdiff_t source_step) {
  Floats in(segments * (pixels * source_step + depth)), out(pixels * panels * kPanel);
  Floats weights(std::ptrdiff_t{segments} * depth * panels * kPanel), bias(panels * kPanel);
  std::vector<const float*> sources;
  for (int s = 0; s < segments; ++s) sources.push_back(in + s * (pixels * source_step + depth));
  RowConvolution row;
  row.pixels = pixels;
  row.segments = segments;
  row.depth = depth;
  row.panels = panels;
  row.source = sources.data();
  row.source_step = source_step;
  row.weights = weights;
  row.panel_step = std::ptrdiff_t{segments} * depth * kPanel;
  row.bias = bias;
  row.leak = 0.2f;
  row.out = out;
  row.out_step = panels * kPanel;
  for (auto _ : state) kernels.convolve_row(row);
  set_rate(state, "FLOP/s", 2.0 * pixels * segments * depth * panels * kPanel);
}

// The first layer: 1x1 over two patched frames.
void convolve_input(State& state, const Kernels& k) {
  convolve(state, k, kGrid, 2, 16, kPanels, 16);
}
// An encoder's first level: 3x3, stride 2.
void convolve_level(State& state, const Kernels& k) {
  convolve(state, k, kGrid / 2, 3, 3 * kChannels, kPanels, 2 * kChannels);
}
// One phase of a decoder's level: 2x2.
void convolve_phase(State& state, const Kernels& k) {
  convolve(state, k, kGrid / 4, 2, 2 * kChannels, kPanels, kChannels);
}
// One of the 64 products of a layer's gates.
void convolve_product(State& state, const Kernels& k) {
  convolve(state, k, kCore, 1, kChannels, 4 * kPanels, kChannels);
}

void tile_input(State& state, const Kernels& kernels) {
  constexpr int kTiles = kCore / kTile * kCore / kTile, kRow = (kCore + 8) * kChannels;
  Floats in((kCore + 8) * kRow), out(kTilePoints * kTiles * kChannels);
  TileInput input;
  input.source = in;
  input.row_step = kRow;
  input.channels = kChannels;
  input.tiles_across = kCore / kTile;
  input.count = kTiles;
  input.out = out;
  input.point_step = kTiles * kChannels;
  for (auto _ : state) kernels.tile_input(input);
  set_rate(state, "B/s", 4.0 * kChannels * (kCore * kCore + kTilePoints * kTiles));
}

void tile_output(State& state, const Kernels& kernels) {
  constexpr int kTiles = kCore / kTile * kCore / kTile, kGates = 4 * kChannels;
  Floats in(kTilePoints * kTiles * kGates), out(kCore * kCore * kGates), bias(kGates);
  TileOutput output;
  output.products = in;
  output.channels = kGates;
  output.tiles_across = kCore / kTile;
  output.count = kTiles;
  output.height = output.width = kCore;
  output.bias = bias;
  output.out = out;
  output.row_step = kCore * kGates;
  output.pixel_step = kGates;
  for (auto _ : state) benchmark::DoNotOptimize(kernels.tile_output(output));
  set_rate(state, "B/s", 4.0 * kGates * (kCore * kCore + kTilePoints * kTiles));
}

void sums(State& state, const Kernels& kernels) {
  constexpr std::ptrdiff_t kCount = kCore * kCore * 4 * kChannels;
  Floats in(kCount);
  for (auto _ : state) benchmark::DoNotOptimize(kernels.sums(in, kCount));
  set_rate(state, "B/s", 4.0 * kCount);
}

void gate_update(State& state, const Kernels& kernels) {
  constexpr int kPixels = kCore * kCore, kGates = 4 * kChannels;
  Floats gates_t(kPixels * kGates), gates_s(kPixels * kGates), weight(kPixels * kGates),
      bias(kPixels * kGates), temporal(kPixels * kChannels), spatial(kPixels * kChannels);
  GateUpdate update;
  update.pixels = kPixels;
  update.channels = kChannels;
  update.temporal_side = {gates_t, weight, bias, 0, 1};
  update.spatial_side = {gates_s, weight, bias, 0, 1};
  update.norm_step = kGates;
  update.temporal = temporal;
  update.spatial = spatial;
  for (auto _ : state) kernels.gate_update(update);
  set_rate(state, "B/s", 4.0 * kPixels * (2 * kGates + 2 * kGates + 4 * kChannels));
}

constexpr int kPatch = 2, kFrameChannels = 16;

void patch_row(State& state, const Kernels& kernels) {
  std::vector<std::uint8_t> picture(std::size_t{3} * kGrid * kPatch * kPatch + kSlack, 77);
  Floats out(kGrid * kFrameChannels);
  PatchRow row;
  row.picture = picture.data();
  row.stride = 3 * kGrid * kPatch;
  row.patch = kPatch;
  row.cells = kGrid;
  row.out = out;
  row.step = kFrameChannels;
  for (auto _ : state) kernels.patch_row(row);
  set_rate(state, "B/s", kGrid * (3.0 * kPatch * kPatch + 4 * kFrameChannels));
}

void unpatch_row(State& state, const Kernels& kernels) {
  std::vector<std::uint8_t> picture(std::size_t{3} * kGrid * kPatch * kPatch + kSlack);
  Floats in(kGrid * kFrameChannels);
  UnpatchRow row;
  row.cells = in;
  row.step = kFrameChannels;
  row.patch = kPatch;
  row.count = kGrid;
  row.out = picture.data();
  row.stride = 3 * kGrid * kPatch;
  for (auto _ : state) kernels.unpatch_row(row);
  set_rate(state, "B/s", kGrid * (3.0 * kPatch * kPatch + 4 * kFrameChannels));
}

void register_all(const Kernels& kernels) {
  const auto add = [&](const char* name, void (*body)(State&, const Kernels&)) {
    benchmark::RegisterBenchmark((std::string(name) + "/" + kernels.name).c_str(),
                                 [body, &kernels](State& state) { body(state, kernels); });
  };
  add("convolve_row input 1x1 24->64", convolve_input);
  add("convolve_row level 3x3/2 64->64", convolve_level);
  add("convolve_row phase 2x2 64->64", convolve_phase);
  add("convolve_row product 64->256", convolve_product);
  add("tile_input 16x16x64", tile_input);
  add("tile_output 16x16x256", tile_output);
  add("sums 16x16x256", sums);
  add("gate_update 16x16x64", gate_update);
  add("patch_row 512x2", patch_row);
  add("unpatch_row 512x2", unpatch_row);
}

}  // namespace
}  // namespace stip::cpu

int main(int argc, char** argv) {
  using stip::cpu::Isa;
  for (const Isa isa : {Isa::kPlain, Isa::kAvx2, Isa::kAvx512}) {
    if (const auto* kernels = stip::cpu::kernels_for(isa)) stip::cpu::register_all(*kernels);
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
