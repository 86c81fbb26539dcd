#pragma once

namespace stip {

/// How many CUDA devices the installed driver shows this process; 0 without a driver, or where
/// CUDA_VISIBLE_DEVICES hides them all. Asks once; loads nothing but the driver's own library.
int cuda_device_count();

}  // namespace stip
