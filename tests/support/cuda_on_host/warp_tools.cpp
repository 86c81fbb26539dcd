#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <vector>

#include "support/cuda_on_host/cuda_pipeline.h"
#include "support/cuda_on_host/mma.h"

namespace {

struct Copy {
  void* to;
  const void* from;
  std::size_t bytes;
  std::size_t zeros;
};

// Of one thread: groups that have been committed, oldest first, and the one being made.
struct Pipeline {
  std::deque<std::vector<Copy>> committed;
  std::vector<Copy> open;
};

std::array<Pipeline, 1024> pipelines;

Pipeline& mine() {
  return pipelines[static_cast<std::size_t>(stip::cuda_on_host::thread_of_block())];
}

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "cuda_on_host: %s\n", what);
  std::abort();
}

void check_alignment(const void* place, std::size_t bytes, const char* what) {
  if (reinterpret_cast<std::uintptr_t>(place) % bytes != 0) fail(what);
}

}  // namespace

void __pipeline_memcpy_async(void* shared, const void* global, std::size_t bytes,
                             std::size_t zero_fill) {
  if (bytes != 4 && bytes != 8 && bytes != 16) fail("asynchronous copies are of 4, 8 or 16 bytes");
  check_alignment(shared, bytes, "an asynchronous copy to a place that is not aligned");
  check_alignment(global, bytes, "an asynchronous copy from a place that is not aligned");
  mine().open.push_back({shared, global, bytes, zero_fill});
}

void __pipeline_commit() {
  Pipeline& pipeline = mine();
  pipeline.committed.push_back(std::move(pipeline.open));
  pipeline.open.clear();
}

void __pipeline_wait_prior(std::size_t prior) {
  Pipeline& pipeline = mine();
  while (pipeline.committed.size() > prior) {
    for (const Copy& copy : pipeline.committed.front()) {
      std::memcpy(copy.to, copy.from, copy.bytes - copy.zeros);
      std::memset(static_cast<char*>(copy.to) + (copy.bytes - copy.zeros), 0, copy.zeros);
    }
    pipeline.committed.pop_front();
  }
}

void nvcuda::wmma::check_matrix(const void* first, unsigned step_bytes) {
  check_alignment(first, 32, "a matrix of a warp that is not aligned to 32 bytes");
  if (step_bytes % 16 != 0) fail("the rows of a warp's matrix are not multiples of 16 bytes apart");
}
