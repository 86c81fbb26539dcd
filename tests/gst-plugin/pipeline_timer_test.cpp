#include "pipeline_timer.h"

#include <gst/check/gsttestclock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <vector>

namespace stip::gst {
namespace {

constexpr GstClockTime kBase = 5 * GST_SECOND;

class PipelineTimerTest : public testing::Test {
 protected:
  PipelineTimerTest() { timer_.set_clock(clock()); }
  ~PipelineTimerTest() override {
    timer_.stop();
    gst_object_unref(clock_);
  }

  GstClock* clock() const { return GST_CLOCK(clock_); }
  void go_to(GstClockTime running_time) {
    gst_test_clock_set_time(clock_, kBase + running_time);
    if (GstClockID id = gst_test_clock_process_next_clock_id(clock_)) gst_clock_id_unref(id);
  }
  template <typename Done>
  static bool within_ten_seconds(Done&& done) {
    const gint64 end = g_get_monotonic_time() + 10 * G_USEC_PER_SEC;
    while (!done()) {
      if (g_get_monotonic_time() > end) return false;
      g_usleep(200);
    }
    return true;
  }
  // Waits until the timer waits for this running time.
  bool waits_for(GstClockTime running_time) {
    return within_ten_seconds([&] {
      GstClockID id = nullptr;
      if (!gst_test_clock_peek_next_pending_id(clock_, &id)) return false;
      const GstClockTime time = gst_clock_id_get_time(id);
      gst_clock_id_unref(id);
      return time == kBase + running_time;
    });
  }
  bool waits_for_nothing() {
    return within_ten_seconds([&] { return gst_test_clock_peek_id_count(clock_) == 0; });
  }
  bool called(int times) {
    return within_ten_seconds([&] { return calls_ == times; });
  }

  GstTestClock* clock_ = GST_TEST_CLOCK(gst_test_clock_new_with_start_time(kBase));
  std::atomic<int> calls_{0};
  std::atomic<GstClockTime> last_{0};
  std::atomic<GstClockTime> next_{GST_CLOCK_TIME_NONE};  // that the handler sets
  PipelineTimer timer_{[this](GstClockTime at) {
    last_ = at;
    timer_.set(next_);
    ++calls_;
  }};
};

TEST_F(PipelineTimerTest, CallsBackOnceAtItsTime) {
  timer_.play(kBase);
  EXPECT_EQ(timer_.now(), 0u);
  timer_.set(40);
  ASSERT_TRUE(waits_for(40));
  go_to(39);
  EXPECT_EQ(calls_, 0);
  go_to(40);
  ASSERT_TRUE(called(1));
  EXPECT_EQ(last_, 40u);
  EXPECT_EQ(timer_.now(), 40u);
  EXPECT_TRUE(waits_for_nothing());
}

TEST_F(PipelineTimerTest, WhatIsPastIsDueAtOnce) {
  timer_.play(kBase);
  go_to(100);
  timer_.set(40);
  ASSERT_TRUE(waits_for(40));
  go_to(100);  // this clock tells only when it is asked
  EXPECT_TRUE(called(1));
}

TEST_F(PipelineTimerTest, AnotherTimeTakesThePlaceOfTheOne) {
  timer_.play(kBase);
  timer_.set(40);
  ASSERT_TRUE(waits_for(40));
  timer_.set(30);
  ASSERT_TRUE(waits_for(30));
  timer_.set(90);
  ASSERT_TRUE(waits_for(90));
  EXPECT_EQ(gst_test_clock_peek_id_count(clock_), 1u);
  timer_.set(GST_CLOCK_TIME_NONE);
  EXPECT_TRUE(waits_for_nothing());
  EXPECT_EQ(calls_, 0);
}

TEST_F(PipelineTimerTest, TheHandlerMaySetTheNextTime) {
  next_ = 80;
  timer_.play(kBase);
  timer_.set(40);
  ASSERT_TRUE(waits_for(40));
  go_to(40);
  ASSERT_TRUE(waits_for(80));
  next_ = GST_CLOCK_TIME_NONE;
  go_to(80);
  ASSERT_TRUE(called(2));
  EXPECT_EQ(last_, 80u);
}

TEST_F(PipelineTimerTest, WaitsOnlyWhilePlayingAndWithAClock) {
  timer_.set(40);
  EXPECT_EQ(timer_.now(), GST_CLOCK_TIME_NONE);
  g_usleep(20000);
  EXPECT_TRUE(waits_for_nothing());
  timer_.play(kBase);
  ASSERT_TRUE(waits_for(40));
  timer_.pause();
  ASSERT_TRUE(waits_for_nothing());
  go_to(50);
  timer_.play(kBase + 30);  // what was paused is not running time
  ASSERT_TRUE(waits_for(70));
  timer_.set_clock(nullptr);
  ASSERT_TRUE(waits_for_nothing());
  EXPECT_EQ(timer_.now(), GST_CLOCK_TIME_NONE);
  EXPECT_EQ(calls_, 0);
}

TEST_F(PipelineTimerTest, AnotherClockTakesOver) {
  timer_.play(kBase);
  timer_.set(40);
  ASSERT_TRUE(waits_for(40));
  GstTestClock* other = GST_TEST_CLOCK(gst_test_clock_new_with_start_time(kBase + 60));
  timer_.set_clock(GST_CLOCK(other));
  EXPECT_TRUE(waits_for_nothing());
  EXPECT_TRUE(within_ten_seconds([&] { return gst_test_clock_peek_id_count(other) == 1; }));
  timer_.set_clock(nullptr);
  EXPECT_TRUE(within_ten_seconds([&] { return gst_test_clock_peek_id_count(other) == 0; }));
  EXPECT_TRUE(within_ten_seconds([&] { return GST_OBJECT_REFCOUNT(other) == 1; }));
  gst_object_unref(other);
}

TEST_F(PipelineTimerTest, StoppingEndsTheWait) {
  timer_.play(kBase);
  for (int i = 0; i < 50; ++i) {
    timer_.set(40);
    if (i % 2 == 0) {
      ASSERT_TRUE(waits_for(40));
    }
    timer_.stop();
    ASSERT_EQ(gst_test_clock_peek_id_count(clock_), 0u);
  }
  timer_.set(40);
  ASSERT_TRUE(waits_for(40)) << "it can be used again";
  EXPECT_EQ(calls_, 0);
}

}  // namespace
}  // namespace stip::gst
