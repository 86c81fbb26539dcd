#pragma once

#include <vector>

#include "predict/engine/buffer.h"

namespace stip::engine {

/// The kernel that cpu::TileInput and TileOutput are for.
constexpr int kTileKernel = 5;

/// Panels whose weights of one point lie beside each other: a task reads them in one stream.
constexpr int kTilePanels = 4;

/// Weights [to][from][5][5] transformed for F(4x4, 5x5): [group of 4 panels][64 points][panel]
/// [depth][16], with zeros for from <= k < depth. `to` is a multiple of 64.
Buffer pack_tiles(const std::vector<float>& weights, int from, int depth, int to);

}  // namespace stip::engine
