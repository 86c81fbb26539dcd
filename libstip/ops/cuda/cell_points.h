#pragma once

#include <cuda_runtime.h>

#include "ops/cell_points.h"

namespace stip::cuda {

/// Every point of the cells, or its gradient, in `stream` of the current device; pointers are to
/// the device's memory. T: float or double.
template <typename T>
void update_cells(const CellPoints<T>& points, cudaStream_t stream);
template <typename T>
void cell_gradients(const CellGradient<T>& gradient, cudaStream_t stream);

}  // namespace stip::cuda
