#include "support/cuda_on_host/block.h"

#include <setjmp.h>
#include <ucontext.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include "support/cuda_on_host/cuda_runtime.h"

namespace stip::cuda_on_host {
namespace {

constexpr int kWarp = 32;
constexpr std::size_t kStackBytes = 128 << 10;

enum class Waits { kNo, kForWarp, kForBlock };

// A stack that runs thread after thread, as long as none of them waits.
struct Fiber {
  std::unique_ptr<char[]> stack{new char[kStackBytes]};
  ucontext_t context;
  jmp_buf place;
  bool begun = false;
  int thread = -1;  // -1: none
  Waits waits = Waits::kNo;
};

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "cuda_on_host: %s (block %u %u %u)\n", what, blockIdx.x, blockIdx.y,
               blockIdx.z);
  std::abort();
}

class Scheduler {
 public:
  // `order` 0..3: threads from the first to the last or back; and of warps each as far as it comes
  // before the next one, or all of them from barrier to barrier.
  void run(const std::function<void()>& kernel, unsigned order) {
    kernel_ = &kernel;
    threads_ = static_cast<int>(blockDim.x * blockDim.y * blockDim.z);
    started_ = finished_ = 0;
    backwards_ = order % 2 == 1;
    start_threads();
    while (finished_ < threads_) {
      const int before = steps_;
      if (order / 2 == 1) wake_warps();
      wake_threads(-1);
      if (steps_ == before && !release()) fail("threads wait for each other for ever");
    }
  }

  void wait(Waits what) {
    current_->waits = what;
    leave();
  }

  int thread() const { return current_->thread; }
  std::uint64_t* slots() { return slots_ + current_->thread / kWarp * kWarp; }

 private:
  // Whoever waits keeps its fiber; the others are used again.
  void start_threads() {
    while (started_ < threads_) {
      Fiber* unused = nullptr;
      for (auto& fiber : fibers_) {
        if (fiber->thread < 0) unused = fiber.get();
      }
      if (unused == nullptr) {
        fibers_.push_back(std::make_unique<Fiber>());
        unused = fibers_.back().get();
      }
      resume(*unused);
    }
  }

  // Those of one warp, or of all.
  void wake_threads(int warp) {
    for (std::size_t i = 0; i < fibers_.size(); ++i) {
      Fiber& fiber = *fibers_[i];
      if (fiber.thread < 0 || fiber.waits != Waits::kNo) continue;
      if (warp < 0 || fiber.thread / kWarp == warp) resume(fiber);
    }
  }

  void wake_warps() {
    const int warps = (threads_ + kWarp - 1) / kWarp;
    for (int i = 0; i < warps; ++i) {
      const int warp = backwards_ ? warps - 1 - i : i;
      for (int before = -1; before != steps_;) {
        before = steps_;
        wake_threads(warp);
        release_warp(warp);
      }
    }
  }

  bool release_warp(int warp) {
    const int size = std::min(kWarp, threads_ - warp * kWarp);
    std::vector<Fiber*> waiting;
    for (auto& fiber : fibers_) {
      if (fiber->thread < 0 || fiber->thread / kWarp != warp) continue;
      if (fiber->waits == Waits::kForWarp) waiting.push_back(fiber.get());
    }
    if (static_cast<int>(waiting.size()) != size) return false;
    for (Fiber* fiber : waiting) fiber->waits = Waits::kNo;
    return true;
  }

  // True if somebody may go on.
  bool release() {
    bool any = false;
    for (int warp = 0; warp * kWarp < threads_; ++warp) any = release_warp(warp) || any;
    int waiting = 0;
    for (auto& fiber : fibers_) {
      waiting += fiber->thread >= 0 && fiber->waits == Waits::kForBlock;
    }
    if (waiting != threads_) return any;
    for (auto& fiber : fibers_) fiber->waits = Waits::kNo;
    return true;
  }

  void resume(Fiber& fiber) {
    ++steps_;
    current_ = &fiber;
    place(fiber.thread);
    if (_setjmp(scheduler_) != 0) return;
    if (fiber.begun) _longjmp(fiber.place, 1);
    fiber.begun = true;
    getcontext(&fiber.context);
    fiber.context.uc_stack.ss_sp = fiber.stack.get();
    fiber.context.uc_stack.ss_size = kStackBytes;
    fiber.context.uc_link = nullptr;
    makecontext(&fiber.context, &Scheduler::live, 0);
    setcontext(&fiber.context);
  }

  void leave() {
    if (_setjmp(current_->place) == 0) _longjmp(scheduler_, 1);
  }

  static void place(int thread) {
    if (thread < 0) return;
    const auto linear = static_cast<unsigned>(thread);
    threadIdx = dim3(linear % blockDim.x, linear / blockDim.x % blockDim.y,
                     linear / blockDim.x / blockDim.y);
  }

  // What a fiber does all its life.
  static void live();
  bool take_thread() {
    if (started_ == threads_) return false;
    current_->thread = backwards_ ? threads_ - 1 - started_ : started_;
    ++started_;
    place(current_->thread);
    return true;
  }

  const std::function<void()>* kernel_ = nullptr;
  std::vector<std::unique_ptr<Fiber>> fibers_;
  Fiber* current_ = nullptr;
  jmp_buf scheduler_;
  int threads_ = 0, started_ = 0, finished_ = 0, steps_ = 0;
  bool backwards_ = false;
  std::uint64_t slots_[1024];
};

Scheduler scheduler;

void Scheduler::live() {
  for (;;) {
    while (scheduler.take_thread()) {
      (*scheduler.kernel_)();
      scheduler.current_->thread = -1;
      ++scheduler.finished_;
    }
    scheduler.leave();
  }
}

}  // namespace

void block_barrier() { scheduler.wait(Waits::kForBlock); }
void warp_barrier() { scheduler.wait(Waits::kForWarp); }
int thread_of_block() { return scheduler.thread(); }
int lane() { return scheduler.thread() % kWarp; }

std::uint64_t shuffle_bits(std::uint64_t bits, int from) {
  scheduler.slots()[lane()] = bits;
  warp_barrier();
  const std::uint64_t result = scheduler.slots()[from];
  warp_barrier();  // nobody gives the next value before all have read this one
  return result;
}

void run_grid(const dim3& grid, const dim3& block, const std::function<void()>& kernel) {
  gridDim = grid;
  blockDim = block;
  static unsigned order = 0;
  for (unsigned z = 0; z < grid.z; ++z) {
    for (unsigned y = 0; y < grid.y; ++y) {
      for (unsigned x = 0; x < grid.x; ++x) {
        blockIdx = dim3(x, y, z);
        scheduler.run(kernel, order++ % 4);
      }
    }
  }
}

}  // namespace stip::cuda_on_host
