#pragma once

#include <cuda_runtime.h>

namespace stip::cuda {

/// Throws kOutOfMemory ("out of GPU memory while <doing>"), kNoDevice or kFailed, with CUDA's own
/// words as the detail; nothing where all went well.
void check(cudaError_t error, const char* doing);

}  // namespace stip::cuda
