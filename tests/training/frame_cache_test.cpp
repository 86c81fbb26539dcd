#include "data/frame_cache.h"

#include <gtest/gtest.h>

#include <thread>

#include "fake_source.h"

namespace stip::training {
namespace {

std::shared_ptr<const Image> picture(int width) { return std::make_shared<Image>(width, 1); }

TEST(FrameCache, KeepsTheFramesUsedLastWithinItsBytes) {
  FrameCache cache(90);  // three pictures of 30 bytes
  for (int i = 0; i < 3; ++i) cache.put(0, i, picture(10));
  EXPECT_EQ(cache.bytes(), 90u);
  EXPECT_TRUE(cache.get(0, 0));  // now the one used last
  cache.put(0, 3, picture(10));
  EXPECT_EQ(cache.bytes(), 90u);
  EXPECT_FALSE(cache.get(0, 1));
  EXPECT_TRUE(cache.get(0, 0));
  EXPECT_TRUE(cache.get(0, 2));
  EXPECT_TRUE(cache.get(0, 3));
  EXPECT_FALSE(cache.get(1, 0));  // another source's
}

TEST(FrameCache, PassesOverWhatIsLargerThanAll) {
  FrameCache cache(90);
  cache.put(0, 0, picture(10));
  cache.put(0, 1, picture(31));
  EXPECT_FALSE(cache.get(0, 1));
  EXPECT_TRUE(cache.get(0, 0));
  FrameCache off(0);
  off.put(0, 0, picture(1));
  EXPECT_EQ(off.bytes(), 0u);
}

TEST(FrameCache, PuttingAFrameTwiceCountsItOnce) {
  FrameCache cache(90);
  cache.put(0, 0, picture(10));
  cache.put(0, 0, picture(20));
  EXPECT_EQ(cache.bytes(), 60u);
  EXPECT_EQ(cache.get(0, 0)->width, 20);
}

TEST(CachedSource, ReadsWhatIsMissingInOneGo) {
  const auto source = std::make_shared<FakeSource>("a", 20);
  CachedSource cached(source, std::make_shared<FrameCache>(1 << 20));
  cached.read({3, 5});
  EXPECT_EQ(source->reads, 1);
  const std::vector<Image> images = cached.read({5, 4, 3, 6});
  EXPECT_EQ(source->reads, 2);
  EXPECT_EQ(source->frames_read, 4);
  const int wanted[] = {5, 4, 3, 6};
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(images[i] == source->frame(wanted[i])) << i;
  cached.read({3, 4, 5, 6});
  EXPECT_EQ(source->reads, 2);
}

TEST(CachedSource, SourcesOfOneCacheDoNotMix) {
  const auto cache = std::make_shared<FrameCache>(1 << 20);
  CachedSource small(std::make_shared<FakeSource>("a", 5, 4, 4), cache);
  CachedSource large(std::make_shared<FakeSource>("b", 5, 8, 8), cache);
  EXPECT_EQ(small.read({2}).at(0).width, 4);
  EXPECT_EQ(large.read({2}).at(0).width, 8);
  EXPECT_EQ(small.read({2}).at(0).width, 4);
}

TEST(CachedSource, StaysBoundedAndRightUnderThreads) {
  const auto source = std::make_shared<FakeSource>("a", 50);
  const auto cache = std::make_shared<FrameCache>(10 * 16 * 12 * 3);
  CachedSource cached(source, cache);
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i) {
        const int frame = (i * 7 + t * 13) % 50;
        if (cached.read({frame}).at(0) != source->frame(frame)) ++wrong;
        if (cache->bytes() > cache->most_bytes()) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace stip::training
