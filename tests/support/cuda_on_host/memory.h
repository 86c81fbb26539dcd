#pragma once

#include <cstddef>

// Between the parts of the simulated runtime.
namespace stip::cuda_on_host {

struct Counts;

bool holds_device_memory(const void* place, std::size_t bytes);
bool holds_pinned_memory(const void* place, std::size_t bytes);
void count_memory(Counts& counts);

/// True while any stream is being captured: the capture is then broken, as on a real device.
bool refuse_in_capture();
/// Runs all that waits in streams.
void finish_everything();

}  // namespace stip::cuda_on_host
