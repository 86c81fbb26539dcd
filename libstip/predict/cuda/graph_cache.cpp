#include "predict/cuda/graph_cache.h"

#include <cstdlib>
#include <cstring>

namespace stip::cuda {
namespace {

// Kernels are loaded when they are run first, which must not happen while recording; and what is
// done only once (the first frames of a stream) is not worth a graph.
constexpr int kRunsBefore = 1;
// More kinds of work than this come only of horizons that change all the time, or of windows of
// tens of frames, whose graphs are large; what is then forgotten runs without one.
constexpr std::size_t kMostGraphs = 96;
constexpr const char* kRunning = "running the network";

}  // namespace

GraphCache::GraphCache(const DeviceStream& stream) : stream_(stream) {
  const char* given = std::getenv("STIP_CUDA_GRAPHS");
  records_ = given == nullptr || std::strcmp(given, "0") != 0;
}

void GraphCache::run(const Key& key, const std::function<void()>& enqueue) {
  if (!records_) return enqueue();
  if (entries_.size() >= kMostGraphs && entries_.count(key) == 0) clear();
  Entry& entry = entries_[key];
  if (entry.graph == nullptr) {
    if (entry.runs++ < kRunsBefore) return enqueue();
    entry.graph = record(enqueue);
  }
  check(cudaGraphLaunch(entry.graph, stream_.get()), kRunning);
}

cudaGraphExec_t GraphCache::record(const std::function<void()>& enqueue) const {
  // Thread-local: other threads may go on using the device.
  check(cudaStreamBeginCapture(stream_.get(), cudaStreamCaptureModeThreadLocal), kRunning);
  cudaGraph_t graph = nullptr;
  try {
    enqueue();
  } catch (...) {
    cudaStreamEndCapture(stream_.get(), &graph);  // or the stream stays unusable
    if (graph != nullptr) cudaGraphDestroy(graph);
    cudaGetLastError();
    throw;
  }
  check(cudaStreamEndCapture(stream_.get(), &graph), kRunning);
  cudaGraphExec_t executable = nullptr;
  const cudaError_t made = cudaGraphInstantiate(&executable, graph, 0);
  cudaGraphDestroy(graph);
  check(made, kRunning);
  return executable;
}

void GraphCache::clear() {
  if (entries_.empty()) return;
  cudaStreamSynchronize(stream_.get());  // one may be running
  for (auto& [key, entry] : entries_) {
    if (entry.graph != nullptr) cudaGraphExecDestroy(entry.graph);
  }
  entries_.clear();
}

}  // namespace stip::cuda
