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
      wake_threads(0, threads_);
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
    std::size_t next = 0;
    while (started_ < threads_) {
      while (next < fibers_.size() && fibers_[next]->thread >= 0) ++next;
      if (next == fibers_.size()) fibers_.push_back(std::make_unique<Fiber>());
      resume(*fibers_[next]);
    }
  }

  void wake_threads(int first, int end) {
    for (int i = first; i < end; ++i) {
      Fiber* const fiber = fiber_of_[backwards_ ? end - 1 - (i - first) : i];
      if (fiber != nullptr && fiber->waits == Waits::kNo) resume(*fiber);
    }
  }

  void wake_warps() {
    const int warps = (threads_ + kWarp - 1) / kWarp;
    for (int i = 0; i < warps; ++i) {
      const int first = (backwards_ ? warps - 1 - i : i) * kWarp;
      for (int before = -1; before != steps_;) {
        before = steps_;
        wake_threads(first, std::min(first + kWarp, threads_));
        release(first, std::min(first + kWarp, threads_), Waits::kForWarp);
      }
    }
  }

  // Lets the threads go on if all of them wait for the same.
  bool release(int first, int end, Waits what) {
    for (int i = first; i < end; ++i) {
      if (fiber_of_[i] == nullptr || fiber_of_[i]->waits != what) return false;
    }
    for (int i = first; i < end; ++i) fiber_of_[i]->waits = Waits::kNo;
    return true;
  }

  // True if somebody may go on.
  bool release() {
    bool any = false;
    for (int first = 0; first < threads_; first += kWarp) {
      any = release(first, std::min(first + kWarp, threads_), Waits::kForWarp) || any;
    }
    return release(0, threads_, Waits::kForBlock) || any;
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
    fiber_of_[current_->thread] = current_;
    ++started_;
    place(current_->thread);
    return true;
  }

  const std::function<void()>* kernel_ = nullptr;
  std::vector<std::unique_ptr<Fiber>> fibers_;
  Fiber* fiber_of_[1024] = {};  // of a thread that runs or waits
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
      scheduler.fiber_of_[scheduler.current_->thread] = nullptr;
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
