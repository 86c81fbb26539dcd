#pragma once

#include <utility>

#include "ops/cuda/check.h"

namespace stip::cuda {

/// kernel<<<grid, block, 0, stream>>>(arguments...), in words that a C++ compiler takes too (the
/// kernels' tests run on the host). Throws what check() throws.
template <typename... Parameters, typename... Arguments>
void launch(void (*kernel)(Parameters...), dim3 grid, dim3 block, cudaStream_t stream,
            Arguments&&... arguments) {
  cudaLaunchConfig_t config = {};
  config.gridDim = grid;
  config.blockDim = block;
  config.stream = stream;
  check(cudaLaunchKernelEx(&config, kernel, std::forward<Arguments>(arguments)...),
        "running a kernel");
}

inline int divide_up(std::ptrdiff_t a, std::ptrdiff_t b) {
  return static_cast<int>((a + b - 1) / b);
}

}  // namespace stip::cuda
