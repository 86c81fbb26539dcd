#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

#include "support/cuda_on_host/controls.h"
#include "support/cuda_on_host/cuda_runtime.h"
#include "support/cuda_on_host/memory.h"

// Streams, events and graphs. Work waits until the host synchronises with something that depends on
// it; then only that is done, and of what may be done first, now the one, now the other.

namespace stip::cuda_on_host {

struct Node;
using NodePointer = std::shared_ptr<Node>;

struct Node {
  std::function<void()> work;
  std::vector<NodePointer> after;
  bool done = false;
};

}  // namespace stip::cuda_on_host

using stip::cuda_on_host::Fault;
using stip::cuda_on_host::Node;
using stip::cuda_on_host::NodePointer;

struct Capture;

struct cudaOnHostStream {
  NodePointer last = std::make_shared<Node>();
  std::shared_ptr<Capture> capture;
  NodePointer captured;  // the newest node of the capture in this stream
};

struct cudaOnHostEvent {
  NodePointer node;
  std::shared_ptr<Capture> capture;  // recorded while capturing: means nothing outside
};

struct Capture {
  cudaStream_t origin = nullptr;
  std::vector<cudaStream_t> joined;
  std::vector<NodePointer> nodes;
  bool broken = false;
};

struct cudaOnHostGraph {
  std::vector<NodePointer> nodes;  // each after those it depends on
};

struct cudaOnHostGraphExec {
  std::vector<NodePointer> nodes;
  int launches = 0;
};

namespace stip::cuda_on_host {
namespace {

std::recursive_mutex mutex;
std::set<cudaStream_t> streams;
thread_local std::shared_ptr<Capture> capturing;  // of this thread: the mode we use
Counts numbers;
int devices = 1, driver = 13000, major_version = 9, minor_version = 0;
bool last_first = false;
Fault fault = Fault::kNone;

// All that it depends on, then the node. Not recursive: a stream may hold thousands.
void finish(const NodePointer& goal) {
  std::vector<NodePointer> stack = {goal};
  while (!stack.empty()) {
    const NodePointer node = stack.back();
    if (node->done) {
      stack.pop_back();
      continue;
    }
    bool ready = true;
    last_first = !last_first;
    for (std::size_t i = 0; i < node->after.size(); ++i) {
      const NodePointer& one = node->after[last_first ? node->after.size() - 1 - i : i];
      if (one->done) continue;
      stack.push_back(one);
      ready = false;
    }
    if (!ready) continue;
    stack.pop_back();
    if (node->work) node->work();
    node->work = nullptr;
    node->after.clear();
    node->done = true;
  }
}

void add_node(cudaStream_t stream, std::function<void()> work, NodePointer also = nullptr) {
  auto node = std::make_shared<Node>();
  node->work = std::move(work);
  NodePointer& last = stream->capture != nullptr ? stream->captured : stream->last;
  if (last != nullptr) node->after.push_back(last);
  if (also != nullptr) node->after.push_back(std::move(also));
  if (stream->capture != nullptr) stream->capture->nodes.push_back(node);
  last = node;
}

void join(cudaStream_t stream, const std::shared_ptr<Capture>& capture) {
  if (stream->capture == capture) return;
  stream->capture = capture;
  stream->captured = nullptr;
  capture->joined.push_back(stream);
}

bool leads_to(const NodePointer& from, const NodePointer& to) {
  std::vector<NodePointer> stack = {to};
  std::set<Node*> seen;
  while (!stack.empty()) {
    const NodePointer node = stack.back();
    stack.pop_back();
    if (node == from) return true;
    for (const NodePointer& one : node->after) {
      if (seen.insert(one.get()).second) stack.push_back(one);
    }
  }
  return false;
}

// Every node after those before it; from launch to launch another of the orders that are allowed.
void run_graph(cudaOnHostGraphExec& graph) {
  std::vector<bool> done(graph.nodes.size());
  const bool backwards = graph.launches++ % 2 == 1;
  for (std::size_t left = graph.nodes.size(); left > 0;) {
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
      const std::size_t index = backwards ? graph.nodes.size() - 1 - i : i;
      const NodePointer& node = graph.nodes[index];
      if (done[index]) continue;
      const bool ready =
          std::all_of(node->after.begin(), node->after.end(), [](auto& one) { return one->done; });
      if (!ready) continue;
      if (node->work) node->work();
      node->done = done[index] = true;
      --left;
    }
  }
  for (const NodePointer& node : graph.nodes) node->done = false;
}

}  // namespace

cudaError_t enqueue(cudaStream_t stream, std::function<void()> work) {
  const std::lock_guard<std::recursive_mutex> lock(mutex);
  if (stream == nullptr) return cudaErrorInvalidValue;  // the legacy stream: not ours to use
  if (fault == Fault::kLaunches) return cudaErrorLaunchFailure;
  if (stream->capture == nullptr) ++numbers.kernels;
  add_node(stream, std::move(work));
  return cudaSuccess;
}

bool refuse_in_capture() {
  const std::lock_guard<std::recursive_mutex> lock(mutex);
  if (capturing == nullptr) return false;
  capturing->broken = true;
  return true;
}

void finish_everything() {
  const std::lock_guard<std::recursive_mutex> lock(mutex);
  for (cudaStream_t stream : streams) finish(stream->last);
}

void set_devices(int count) { devices = count; }
void set_fault(Fault now) { fault = now; }
void set_driver_version(int version) { driver = version; }
void set_compute_capability(int major, int minor) {
  major_version = major;
  minor_version = minor;
}

Counts counts() {
  const std::lock_guard<std::recursive_mutex> lock(mutex);
  Counts now = numbers;
  count_memory(now);
  return now;
}

}  // namespace stip::cuda_on_host

using namespace stip::cuda_on_host;

const char* cudaGetErrorString(cudaError_t error) {
  return error == cudaSuccess ? "no error" : "an error of the simulated device";
}
cudaError_t cudaGetLastError() { return cudaSuccess; }

cudaError_t cudaGetDeviceCount(int* count) {
  *count = 0;
  if (driver < 13000) return cudaErrorInsufficientDriver;
  if (devices == 0) return cudaErrorNoDevice;
  *count = devices;
  return cudaSuccess;
}
cudaError_t cudaSetDevice(int device) {
  return device >= 0 && device < devices ? cudaSuccess : cudaErrorInvalidDevice;
}
cudaError_t cudaGetDevice(int* device) {
  *device = 0;
  return cudaSuccess;
}
cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int) {
  *value = attribute == cudaDevAttrMultiProcessorCount      ? 4
           : attribute == cudaDevAttrComputeCapabilityMajor ? major_version
                                                            : minor_version;
  return cudaSuccess;
}
cudaError_t cudaDriverGetVersion(int* version) {
  *version = driver;
  return cudaSuccess;
}
cudaError_t cudaRuntimeGetVersion(int* version) {
  *version = 13000;
  return cudaSuccess;
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags) {
  const std::lock_guard<std::recursive_mutex> lock(mutex);
  if (flags != cudaStreamNonBlocking) return cudaErrorInvalidValue;
  *stream = new cudaOnHostStream;
  (*stream)->last->done = true;
  streams.insert(*stream);
  return cudaSuccess;
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  const std::lock_guard<std::recursive_mutex> lock(mutex);
  finish(stream->last);
  streams.erase(stream);
  delete stream;
  return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  const std::lock_guard<std::recursive_mutex> lock(mutex);
  if (stream->capture != nullptr) return cudaErrorStreamCaptureUnsupported;
  ++numbers.synchronisations;
  finish(stream->last);
  return cudaSuccess;
}

cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned) {
  const std::lock_guard<std::recursive_mutex> lock(mutex);
  if (event->node == nullptr) return cudaSuccess;  // never recorded
  if (event->capture != nullptr) {
    if (event->capture != capturing) return cudaErrorStreamCaptureInvalidated;
    join(stream, event->capture);
  } else if (stream->capture != nullptr) {
    // Work outside a capture cannot be waited for inside.
    stream->capture->broken = true;
    return cudaErrorStreamCaptureUnsupported;
  }
  add_node(stream, nullptr, event->node);
  return cudaSuccess;
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  *event = new cudaOnHostEvent;
  return cudaSuccess;
}
cudaError_t cudaEventDestroy(cudaEvent_t event) {
  delete event;
  return cudaSuccess;
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  const std::lock_guard<std::recursive_mutex> lock(mutex);
  event->capture = stream->capture;
  event->node = stream->capture != nullptr ? stream->captured : stream->last;
  if (event->node == nullptr) {  // nothing captured yet
    add_node(stream, nullptr);
    event->node = stream->captured;
  }
  return cudaSuccess;
}

cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  const std::lock_guard<std::recursive_mutex> lock(mutex);
  if (event->capture != nullptr) return cudaErrorStreamCaptureInvalidated;
  ++numbers.synchronisations;
  if (event->node != nullptr) finish(event->node);
  return cudaSuccess;
}

cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream) {
  const bool to_device = kind != cudaMemcpyDeviceToHost;
  const bool from_device = kind != cudaMemcpyHostToDevice;
  const auto is_right = [&](const void* place, bool device) {
    return device ? holds_device_memory(place, bytes) : holds_pinned_memory(place, bytes);
  };
  if (!is_right(to, to_device) || !is_right(from, from_device)) {
    std::fprintf(stderr, "cuda_on_host: a copy of %zu bytes leaves device or pinned memory\n",
                 bytes);
    return cudaErrorInvalidValue;
  }
  return enqueue(stream, [=] {
    const std::lock_guard<std::recursive_mutex> lock(mutex);
    numbers.from_host += from_device ? 0 : 1;
    numbers.to_host += to_device ? 0 : 1;
    std::memcpy(to, from, bytes);
    // In the exponent of a first float.
    if (!to_device && fault == Fault::kNumbers) static_cast<unsigned char*>(to)[3] ^= 0x40;
  });
}

cudaError_t cudaMemsetAsync(void* to, int value, std::size_t bytes, cudaStream_t stream) {
  if (!holds_device_memory(to, bytes)) return cudaErrorInvalidValue;
  return enqueue(stream, [=] { std::memset(to, value, bytes); });
}

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode) {
  const std::lock_guard<std::recursive_mutex> lock(mutex);
  if (capturing != nullptr) return cudaErrorInvalidValue;
  capturing = std::make_shared<Capture>();
  capturing->origin = stream;
  join(stream, capturing);
  ++numbers.captures;
  return cudaSuccess;
}

cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
  const std::lock_guard<std::recursive_mutex> lock(mutex);
  *graph = nullptr;
  if (capturing == nullptr || capturing->origin != stream) return cudaErrorInvalidValue;
  const auto capture = capturing;
  capturing = nullptr;
  bool unjoined = false;
  for (cudaStream_t one : capture->joined) {
    if (one->captured != nullptr && !leads_to(one->captured, stream->captured)) unjoined = true;
  }
  for (cudaStream_t one : capture->joined) one->capture = nullptr;
  if (unjoined) return cudaErrorStreamCaptureUnjoined;
  if (capture->broken) return cudaErrorStreamCaptureInvalidated;
  *graph = new cudaOnHostGraph{capture->nodes};
  return cudaSuccess;
}

cudaError_t cudaGraphInstantiate(cudaGraphExec_t* executable, cudaGraph_t graph,
                                 unsigned long long) {
  *executable = new cudaOnHostGraphExec{graph->nodes, 0};
  return cudaSuccess;
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t executable, cudaStream_t stream) {
  const std::lock_guard<std::recursive_mutex> lock(mutex);
  if (stream->capture != nullptr) return cudaErrorStreamCaptureUnsupported;
  ++numbers.graph_launches;
  add_node(stream, [executable] { run_graph(*executable); });
  return cudaSuccess;
}

cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  delete graph;
  return cudaSuccess;
}
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t executable) {
  finish_everything();
  delete executable;
  return cudaSuccess;
}
