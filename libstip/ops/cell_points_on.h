#pragma once

#include <torch/torch.h>

#include "ops/cell_points.h"

namespace stip {

/// Runs over all points, on the CPU's threads or in the current stream of a GPU. float or double.
template <typename T>
void update_cells_on(const torch::Device& device, const CellPoints<T>& points);
template <typename T>
void cell_gradients_on(const torch::Device& device, const CellGradient<T>& gradient);

}  // namespace stip
