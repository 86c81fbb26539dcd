#pragma once

#include "base/thread_pool.h"

namespace stip {

/// What binds a network on this machine, measured at the moment of the call: figures of machines
/// that are shared differ from minute to minute.

/// Copying memory beyond all caches, bytes read plus bytes written a second; the best of 5.
double copy_bytes_per_second(ThreadPool& pool);

/// fp32 matrix products (LibTorch's, 2048 x 2048 x 2048) with so many threads, operations a second
/// (a multiply-add is two); the best of 5. In libstip-torch.
double matrix_operations_per_second(int threads);

}  // namespace stip
