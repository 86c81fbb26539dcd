#include "train/torch_memory.h"

#include <atomic>
#include <thread>

#include "support/expect_error.h"

namespace stip {
namespace {

std::atomic<int> pieces{0};

// As the one of page-locked memory: what frees a piece is told by another pointer than the piece's.
struct CountingAllocator : c10::Allocator {
  struct Block {
    std::vector<std::max_align_t> room;
  };
  bool fails = false;

  c10::DataPtr allocate(std::size_t bytes) override {
    TORCH_CHECK(!fails, "no page can be locked");
    auto* block = new Block{std::vector<std::max_align_t>(bytes / sizeof(std::max_align_t) + 1)};
    ++pieces;
    return {block->room.data(), block, &free_block, torch::kCPU};
  }
  static void free_block(void* block) {
    delete static_cast<Block*>(block);
    --pieces;
  }
  c10::DeleterFnPtr raw_deleter() const override { return nullptr; }
  void copy_data(void* to, const void* from, std::size_t bytes) const override {
    default_copy_data(to, from, bytes);
  }
};

TEST(TorchMemory, GivesAndTakesBackWhatTheAllocatorHas) {
  CountingAllocator allocator;
  TorchMemory memory(&allocator);
  {
    std::pmr::vector<std::uint8_t> pixels({1, 2, 3}, &memory);
    EXPECT_EQ(pieces, 1);
    const std::pmr::vector<std::uint8_t> moved(std::move(pixels));
    EXPECT_EQ(pieces, 1);
    EXPECT_EQ(moved, (std::pmr::vector<std::uint8_t>{1, 2, 3}));
    const std::pmr::vector<double> aligned(100, 0.5, &memory);
    EXPECT_EQ(pieces, 2);
  }
  EXPECT_EQ(pieces, 0);
}

TEST(TorchMemory, IsSharedByThreads) {
  CountingAllocator allocator;
  TorchMemory memory(&allocator);
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 500; ++i) {
        const std::pmr::vector<int> mine(static_cast<std::size_t>(1 + i % 50), t, &memory);
        wrong += std::count(mine.begin(), mine.end(), t) != std::ptrdiff_t(mine.size());
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(pieces, 0);
}

TEST(TorchMemory, SaysWhyThereIsNone) {
  CountingAllocator allocator;
  allocator.fails = true;
  TorchMemory memory(&allocator);
  EXPECT_STIP_ERROR((std::pmr::vector<int>(3, &memory)), ErrorCode::kFailed,
                    "taking memory for pictures");
}

}  // namespace
}  // namespace stip
