#include "ops/cell_points_on.h"

#include <ATen/Parallel.h>
#include <c10/core/DeviceGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <algorithm>

#include "ops/cpu/kernels.h"
#include "ops/fused_cell.h"
#ifdef STIP_TRAINING_KERNELS
#include "ops/cuda/cell_points.h"
#include "ops/cuda/check.h"
#endif

namespace stip {
namespace {

// Points of one piece of work: some microseconds. Where pieces begin does not depend on the number
// of threads.
constexpr std::int64_t kStretch = 2048;

// Calls work(row, first, end) for stretches of all rows.
template <typename Work>
void each_stretch(std::ptrdiff_t rows, std::ptrdiff_t inner, const Work& work) {
  const std::int64_t in_row = (inner + kStretch - 1) / kStretch;
  // Rows may be as short as a pixel's channels: then threads take many.
  const std::int64_t share = std::max<std::int64_t>(1, kStretch / std::max<std::int64_t>(1, inner));
  at::parallel_for(0, rows * in_row, share, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t piece = begin; piece < end; ++piece) {
      const std::int64_t first = piece % in_row * kStretch;
      work(piece / in_row, first, std::min<std::int64_t>(inner, first + kStretch));
    }
  });
}

void update_stretch(const CellPoints<float>& all, std::ptrdiff_t row, std::ptrdiff_t first,
                    std::ptrdiff_t end) {
  cpu::kernels().update_cell(all, row, first, end);
}

void update_stretch(const CellPoints<double>& all, std::ptrdiff_t row, std::ptrdiff_t first,
                    std::ptrdiff_t end) {
  for (std::ptrdiff_t i = first; i < end; ++i) update_cell_point(all, row, i);
}

void stretch_gradient(const CellGradient<float>& all, std::ptrdiff_t row, std::ptrdiff_t first,
                      std::ptrdiff_t end) {
  cpu::kernels().cell_gradient(all, row, first, end);
}

void stretch_gradient(const CellGradient<double>& all, std::ptrdiff_t row, std::ptrdiff_t first,
                      std::ptrdiff_t end) {
  for (std::ptrdiff_t i = first; i < end; ++i) cell_point_gradient(all, row, i);
}

#ifdef STIP_TRAINING_KERNELS
// Calls work(stream) with the stream that torch's own operators use there now. Our kernels have a
// CUDA runtime of their own, which shares torch's context and streams.
template <typename Work>
void in_stream_of(const torch::Device& device, const Work& work) {
  const c10::DeviceGuard guard(device);
  const c10::impl::VirtualGuardImpl torchs(device.type());
  const torch::Device there = torchs.getDevice();
  cuda::check(cudaSetDevice(there.index()), "choosing the GPU");
  work(static_cast<cudaStream_t>(torchs.getStream(there).native_handle()));
}
#endif

}  // namespace

bool can_fuse_cell(const torch::Device& device) {
#ifdef STIP_TRAINING_KERNELS
  if (device.is_cuda()) return true;
#endif
  return device.is_cpu();
}

template <typename T>
void update_cells_on(const torch::Device& device, const CellPoints<T>& points) {
#ifdef STIP_TRAINING_KERNELS
  if (device.is_cuda()) {
    return in_stream_of(device, [&](cudaStream_t stream) { cuda::update_cells(points, stream); });
  }
#endif
  each_stretch(points.rows, points.inner,
               [&](auto row, auto first, auto end) { update_stretch(points, row, first, end); });
}

template <typename T>
void cell_gradients_on(const torch::Device& device, const CellGradient<T>& gradient) {
#ifdef STIP_TRAINING_KERNELS
  if (device.is_cuda()) {
    return in_stream_of(device,
                        [&](cudaStream_t stream) { cuda::cell_gradients(gradient, stream); });
  }
#endif
  each_stretch(gradient.points.rows, gradient.points.inner, [&](auto row, auto first, auto end) {
    stretch_gradient(gradient, row, first, end);
  });
}

template void update_cells_on<float>(const torch::Device&, const CellPoints<float>&);
template void update_cells_on<double>(const torch::Device&, const CellPoints<double>&);
template void cell_gradients_on<float>(const torch::Device&, const CellGradient<float>&);
template void cell_gradients_on<double>(const torch::Device&, const CellGradient<double>&);

}  // namespace stip
