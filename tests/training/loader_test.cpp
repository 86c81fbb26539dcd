#include "data/loader.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "data/clip_dataset.h"
#include "media_fixture.h"

namespace stip::training {
namespace {

// Later samples are sooner ready: order must not come from luck.
ClipSample slow_sample(std::int64_t number) {
  std::this_thread::sleep_for(std::chrono::microseconds((7 - number % 7) * 300));
  ClipSample sample;
  sample.start = number;
  return sample;
}

std::vector<std::int64_t> numbers(const Batch& batch) {
  std::vector<std::int64_t> all;
  for (const ClipSample& sample : batch.samples) all.push_back(sample.start);
  return all;
}

LoaderOptions options(int batch, int workers, std::int64_t first = 0) {
  LoaderOptions made;
  made.batch = batch;
  made.workers = workers;
  made.first_iteration = first;
  return made;
}

// Counts what is taken of it.
struct CountingMemory : std::pmr::memory_resource {
  std::atomic<int> pieces{0};

  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    ++pieces;
    return std::pmr::new_delete_resource()->allocate(bytes, alignment);
  }
  void do_deallocate(void* place, std::size_t bytes, std::size_t alignment) override {
    --pieces;
    std::pmr::new_delete_resource()->deallocate(place, bytes, alignment);
  }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }
};

class LoaderWorkers : public testing::TestWithParam<int> {};

TEST_P(LoaderWorkers, BatchesComeInOrder) {
  Loader loader(slow_sample, options(3, GetParam()));
  for (std::int64_t i = 0; i < 20; ++i) {
    const Batch batch = loader.next();
    EXPECT_EQ(batch.iteration, i);
    EXPECT_EQ(numbers(batch), std::vector<std::int64_t>({i * 3, i * 3 + 1, i * 3 + 2}));
  }
}

// Such as a GPU reads from: pixels get there in the workers and stay there until they are used.
TEST_P(LoaderWorkers, SamplesStayInTheMemoryTheyWereMadeIn) {
  CountingMemory memory;
  {
    const auto make = [&](std::int64_t number) {
      ClipSample sample;
      sample.frames = 1;
      sample.height = 2;
      sample.width = 3;
      sample.pixels.assign(18, static_cast<std::uint8_t>(number));
      sample.name = "clip";
      sample.start = number;
      sample.x = 4;
      sample.reversed = true;
      return kept_in(&memory, std::move(sample));
    };
    Loader loader(make, options(2, GetParam()));
    const Batch batch = loader.next();
    ASSERT_EQ(batch.samples.size(), 2u);
    EXPECT_GE(memory.pieces, 2);
    for (std::size_t i = 0; i < 2; ++i) {
      const ClipSample& sample = batch.samples[i];
      EXPECT_EQ(sample.pixels.get_allocator().resource(), &memory);
      EXPECT_EQ(sample.pixels, std::pmr::vector<std::uint8_t>(18, static_cast<std::uint8_t>(i)));
      EXPECT_EQ(sample.frames * 100 + sample.height * 10 + sample.width, 123);
      EXPECT_EQ(sample.name, "clip");
      EXPECT_EQ(sample.start, std::int64_t(i));
      EXPECT_EQ(sample.x, 4);
      EXPECT_EQ(sample.y, 0);
      EXPECT_TRUE(sample.reversed);
      EXPECT_FALSE(sample.flipped_x || sample.flipped_y || sample.transposed);
    }
  }
  EXPECT_EQ(memory.pieces, 0);
}

TEST_P(LoaderWorkers, StartingAtKGivesWhatContinuingGives) {
  Loader whole(slow_sample, options(2, GetParam()));
  for (int i = 0; i < 5; ++i) whole.next();
  Loader resumed(slow_sample, options(2, GetParam(), 5));
  for (int i = 0; i < 5; ++i) {
    const Batch a = whole.next();
    const Batch b = resumed.next();
    EXPECT_EQ(a.iteration, b.iteration);
    EXPECT_EQ(numbers(a), numbers(b));
  }
}

TEST_P(LoaderWorkers, RanksShareAnIteration) {
  LoaderOptions second = options(2, GetParam());
  second.rank = 1;
  second.ranks = 3;
  Loader loader(slow_sample, second);
  EXPECT_EQ(numbers(loader.next()), std::vector<std::int64_t>({2, 3}));
  EXPECT_EQ(numbers(loader.next()), std::vector<std::int64_t>({8, 9}));
}

TEST_P(LoaderWorkers, AnErrorComesWhenItsTurnIsAndStays) {
  Loader loader(
      [](std::int64_t number) {
        if (number == 5) throw std::runtime_error("frame is gone");
        return slow_sample(number);
      },
      options(2, GetParam()));
  EXPECT_EQ(numbers(loader.next()), std::vector<std::int64_t>({0, 1}));
  EXPECT_EQ(numbers(loader.next()), std::vector<std::int64_t>({2, 3}));
  for (int i = 0; i < 2; ++i) {
    try {
      loader.next();
      ADD_FAILURE() << "nothing was thrown";
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "frame is gone");
    }
  }
}

TEST_P(LoaderWorkers, RealClipsAreTheSameWhateverTheWorkers) {
  const TemporaryFolder folder;
  SourceSpec spec;
  spec.path = write_video(folder / "a.avi", numbered_pictures(60));
  ClipShape shape;
  shape.total = 4;
  shape.step = 2;
  shape.crop = 16;
  const ClipDataset data(open_sources({spec}, std::make_shared<FrameCache>(100000)), shape, {}, 9);
  Loader loader([&](std::int64_t number) { return data.sample(number); }, options(2, GetParam()));
  for (int i = 0; i < 10; ++i) {
    const Batch batch = loader.next();
    for (int j = 0; j < 2; ++j) {
      EXPECT_EQ(batch.samples[j].pixels, data.sample(i * 2 + j).pixels);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Workers, LoaderWorkers, testing::Values(0, 1, 3));

TEST(Loader, WorksAheadNoFurtherThanPrefetch) {
  std::atomic<int> made{0};
  LoaderOptions ahead = options(2, 3);
  ahead.prefetch = 2;
  Loader loader(
      [&](std::int64_t number) {
        ++made;
        ClipSample sample;
        sample.start = number;
        return sample;
      },
      ahead);
  const auto settle = [] { std::this_thread::sleep_for(std::chrono::milliseconds(100)); };
  settle();
  EXPECT_EQ(made, 4);
  loader.next();
  settle();
  EXPECT_EQ(made, 6);
}

TEST(Loader, StopsPromptly) {
  const auto begin = std::chrono::steady_clock::now();
  {
    LoaderOptions far = options(1, 2);
    far.prefetch = 1000;
    Loader loader(
        [](std::int64_t) {
          std::this_thread::sleep_for(std::chrono::milliseconds(20));
          return ClipSample();
        },
        far);
    loader.next();
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
}

TEST(Loader, RefusesNumbersOutOfRange) {
  const auto make = [](auto change) {
    LoaderOptions bad;
    change(bad);
    return [bad] { Loader(slow_sample, bad); };
  };
  const ErrorCode code = ErrorCode::kInvalidArgument;
  expect_error(code, "batch", make([](auto& o) { o.batch = 0; }));
  expect_error(code, "workers", make([](auto& o) { o.workers = -1; }));
  expect_error(code, "prefetch", make([](auto& o) { o.prefetch = 0; }));
  expect_error(code, "iteration", make([](auto& o) { o.first_iteration = -1; }));
  expect_error(code, "rank", make([](auto& o) { o.rank = 1; }));
}

}  // namespace
}  // namespace stip::training
