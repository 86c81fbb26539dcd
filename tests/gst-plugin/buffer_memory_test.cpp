#include "buffer_memory.h"

#include <gtest/gtest.h>

#include "frame_map.h"
#include "frame_pool.h"
#include "gst_memory_limit.h"
#include "gst_pictures.h"
#include "plain_layout.h"

namespace stip::gst {
namespace {

TEST(BufferMemory, IsZero) {
  const BufferPtr buffer = allocate_buffer(5);
  EXPECT_EQ(test::bytes(buffer.get()), std::vector<std::uint8_t>(5, 0));
}

// 243 MB as BGR, 81 MB as GRAY8.
class BufferMemoryLimit : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!test::kMemoryCanBeLimited) GTEST_SKIP() << "not under a sanitizer";
  }

  const GstVideoInfo info_ = test::video_info(GST_VIDEO_FORMAT_GRAY8, 9000, 9000);
};

TEST_F(BufferMemoryLimit, AFrameMapThatDoesNotFitIsRefused) {
  const test::MemoryLimit limit(100);
  EXPECT_THROW(FrameMap map(info_), std::bad_alloc);
}

TEST_F(BufferMemoryLimit, APlainCopyThatDoesNotFitIsRefused) {
  const BufferPtr buffer = allocate_buffer(GST_VIDEO_INFO_SIZE(&info_));
  const test::MemoryLimit limit(50);
  EXPECT_THROW(plain_copy(buffer.get(), info_), std::bad_alloc);
}

TEST_F(BufferMemoryLimit, APoolGivesWhatItHasAndRefusesMore) {
  FramePool pool(test::caps_of(info_).get());
  const test::MemoryLimit limit(130);
  BufferPtr first = pool.acquire();
  EXPECT_THROW(pool.acquire(), Error);
  first.reset();
  EXPECT_NE(pool.acquire(), nullptr) << "used again";
}

}  // namespace
}  // namespace stip::gst
