#include "ops/cuda/cell_points.h"

#include "ops/cuda/launch.h"

namespace stip::cuda {
namespace {

constexpr int kPointThreads = 128;

// A thread for each point; neighbouring threads read neighbouring values of each part.
template <typename T>
__global__ void __launch_bounds__(kPointThreads)
    update_points(const __grid_constant__ CellPoints<T> all) {
  const std::ptrdiff_t point = static_cast<std::ptrdiff_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (point >= all.rows * all.inner) return;
  update_cell_point(all, point / all.inner, point % all.inner);
}

template <typename T>
__global__ void __launch_bounds__(kPointThreads)
    point_gradients(const __grid_constant__ CellGradient<T> all) {
  const std::ptrdiff_t point = static_cast<std::ptrdiff_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (point >= all.points.rows * all.points.inner) return;
  cell_point_gradient(all, point / all.points.inner, point % all.points.inner);
}

template <typename T>
dim3 grid_of(const CellPoints<T>& points) {
  return dim3(static_cast<unsigned>(divide_up(points.rows * points.inner, kPointThreads)));
}

}  // namespace

template <typename T>
void update_cells(const CellPoints<T>& points, cudaStream_t stream) {
  launch(update_points<T>, grid_of(points), dim3(kPointThreads), stream, points);
}

template <typename T>
void cell_gradients(const CellGradient<T>& gradient, cudaStream_t stream) {
  launch(point_gradients<T>, grid_of(gradient.points), dim3(kPointThreads), stream, gradient);
}

template void update_cells<float>(const CellPoints<float>&, cudaStream_t);
template void update_cells<double>(const CellPoints<double>&, cudaStream_t);
template void cell_gradients<float>(const CellGradient<float>&, cudaStream_t);
template void cell_gradients<double>(const CellGradient<double>&, cudaStream_t);

}  // namespace stip::cuda
