#pragma once

#include <cstddef>

// What a test may say and ask of the simulated device.
namespace stip::cuda_on_host {

/// How many devices there are from now on (1 at first), and what the driver can do (13000 at first,
/// as the runtime).
void set_devices(int count);
void set_driver_version(int version);
/// Of all devices; 9.0 at first.
void set_compute_capability(int major, int minor);
/// Allocations fail where more than this would be held; 0: no limit.
void set_memory_limit(std::size_t bytes);
/// What is broken from now on.
enum class Fault {
  kNone,
  kLaunches,  ///< the device takes no work
  kNumbers    ///< what comes back to the host has a wrong bit
};
void set_fault(Fault fault);

/// So far, in this process.
struct Counts {
  int allocations = 0;       ///< of device and of pinned memory
  int synchronisations = 0;  ///< of the host with a stream or an event
  int captures = 0;
  int graph_launches = 0;
  int from_host = 0;            ///< copies to the device that have been done, in graphs too
  int to_host = 0;              ///< and from it
  int kernels = 0;              ///< enqueued by themselves, not in a graph
  std::size_t bytes_held = 0;   ///< on the device, now
  std::size_t pinned_held = 0;  ///< now
};
Counts counts();

/// True when the place lies in device memory that is held.
bool is_on_device(const void* place);

}  // namespace stip::cuda_on_host
