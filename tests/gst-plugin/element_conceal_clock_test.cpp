// output=conceal in a live pipeline, whose clock is the test's: a place is filled when its frame
// can come in time no more.
#include <gst/check/gsttestclock.h>
#include <gtest/gtest.h>

#include "gst_element_harness.h"
#include "gst_fake_models.h"
#include "gst_leaks.h"
#include "gst_messages.h"
#include "prediction_meta.h"

namespace stip::test {
namespace {

constexpr GstClockTime kUpstream = 100 * GST_MSECOND;

class ElementConcealClock : public GstTest, public testing::WithParamInterface<const char*> {
 protected:
  ElementConcealClock() : log_(models_.add("next", 1)) {}

  // The element, PLAYING with our clock, upstream live with a latency of its own.
  struct Live : ElementHarness {
    explicit Live(const std::string& properties)
        : ElementHarness("model=next output=conceal " + properties) {
      gst_element_set_clock(element(), GST_CLOCK(clock));
      gst_harness_set_upstream_latency(harness(), kUpstream);
    }
    ~Live() {
      gst_element_set_clock(element(), nullptr);
      gst_object_unref(clock);
    }
    // Never back.
    void go_to(GstClockTime time) const {
      gst_test_clock_set_time(clock, std::max(time, gst_clock_get_time(GST_CLOCK(clock))));
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
    bool waits_until(GstClockTime time) const {
      return within_ten_seconds([&] { return waited() == time; });
    }
    bool waits_for_nothing() const {
      return within_ten_seconds([&] { return gst_test_clock_peek_id_count(clock) == 0; });
    }
    GstClockTime waited() const {
      GstClockID id = nullptr;
      if (!gst_test_clock_peek_next_pending_id(clock, &id)) return GST_CLOCK_TIME_NONE;
      const GstClockTime time = gst_clock_id_get_time(id);
      gst_clock_id_unref(id);
      return time;
    }
    // What is waited for once the timer's thread has come to wait, if it does so soon.
    GstClockTime next() const {
      const gint64 end = g_get_monotonic_time() + 30000;
      while (waited() == GST_CLOCK_TIME_NONE && g_get_monotonic_time() < end) g_usleep(100);
      return waited();
    }
    void strike() const {
      go_to(next());
      if (GstClockID id = gst_test_clock_process_next_clock_id(clock)) gst_clock_id_unref(id);
    }
    // The clock strikes whatever is waited for, until this time.
    void run_until(GstClockTime time) {
      while (next() <= time) strike();
      go_to(time);
    }

    GstTestClock* clock = GST_TEST_CLOCK(gst_test_clock_new());
  };

  std::string async() const { return std::string("async=") + GetParam(); }
  bool is_async() const { return async() == "async=true"; }
  // What the worker does has been done.
  void wait_for_the_worker(const Live& h, guint64 frames) const {
    if (!is_async()) return;
    ASSERT_TRUE(Live::within_ten_seconds([&] { return h.stat("frames-in") >= frames; }));
    g_usleep(3000);
  }

  // A frame that comes a tenth of a frame after its time.
  void push(Live& h, int value, int index) {
    const guint64 before = h.stat("frames-in");
    h.go_to(static_cast<GstClockTime>(index) * kStep + kStep / 10);
    EXPECT_EQ(h.push(flat_picture(info_, value, index)), GST_FLOW_OK);
    wait_for_the_worker(h, before + 1);
  }
  // Frames 0 to 9, of 100 and so on.
  void push_ten(Live& h) {
    h.start(info_);
    for (int i = 0; i < 10; ++i) push(h, 100 + i, i);
  }
  // The place is filled by then.
  static GstClockTime too_late(int index, GstClockTime wait = kStep / 2) {
    return static_cast<GstClockTime>(index) * kStep + kUpstream + wait;
  }
  // Lets the clock run, and the worker keep up, until that many pictures have come out.
  void run_for(Live& h, int places, int first) {
    for (int i = first; i < first + places; ++i) {
      ASSERT_EQ(h.buffers.size(), static_cast<std::size_t>(i));
      h.run_until(too_late(i) - 1);
      wait_for_the_worker(h, 0);
      ASSERT_TRUE(h.waits_until(too_late(i)) || (is_async() && h.waited() < too_late(i))) << i;
      h.run_until(too_late(i));
      h.wait_for(static_cast<std::size_t>(i) + 1);
    }
  }
  static void expect_every_place_once(const Live& h) {
    for (std::size_t i = 0; i < h.buffers.size(); ++i) {
      EXPECT_EQ(GST_BUFFER_PTS(h.buffers[i].get()), i * kStep) << i;
    }
  }

  FakeModels models_;
  FakeLog& log_;
  const GstVideoInfo info_ = video_info(GST_VIDEO_FORMAT_BGR, 32, 24);
};

TEST_P(ElementConcealClock, FillsThePlaceOfAFrameThatDoesNotCome) {
  Live h(async());
  push_ten(h);
  h.wait_for(10);
  run_for(h, 4, 10);
  EXPECT_EQ(h.first_bytes(), (std::vector<int>{100, 101, 102, 103, 104, 105, 106, 107, 108, 109,  //
                                               110, 111, 112, 113}));
  expect_every_place_once(h);
  for (std::size_t i = 10; i < 14; ++i) {
    const auto note = gst::note_of(h.buffers[i].get());
    ASSERT_TRUE(note.has_value());
    EXPECT_TRUE(note->concealed);
    EXPECT_EQ(note->horizon, static_cast<int>(i) - 9);
    EXPECT_EQ(note->source_pts, 9 * kStep);
    EXPECT_TRUE(GST_BUFFER_FLAG_IS_SET(h.buffers[i].get(), GST_BUFFER_FLAG_GAP));
  }
  EXPECT_EQ(h.stat("concealed"), 4u);
  // Back: what was expected fades into what comes.
  push(h, 54, 14);
  push(h, 55, 15);
  push(h, 56, 16);
  h.finish();
  const std::vector<int> shown = h.first_bytes();
  EXPECT_EQ(std::vector<int>(shown.begin() + 14, shown.end()), (std::vector<int>{94, 75, 56}));
  EXPECT_EQ(h.stat("concealed"), 4u);
  EXPECT_EQ(h.stat("concealed-late"), 0u);
}

TEST_P(ElementConcealClock, ALateFrameIsNotShownButPredictedFrom) {
  Live h(async() + " rejoin-frames=0");
  push_ten(h);
  h.wait_for(10);
  run_for(h, 2, 10);
  EXPECT_EQ(h.push(flat_picture(info_, 50, 10)), GST_FLOW_OK);
  wait_for_the_worker(h, 11);
  run_for(h, 1, 12);
  EXPECT_EQ(h.first_bytes().back(), 52) << "two after the late one";
  EXPECT_EQ(h.stat("concealed-late"), 1u);
  push(h, 60, 13);
  h.finish();
  EXPECT_EQ(h.first_bytes().back(), 60);
  expect_every_place_once(h);
}

TEST_P(ElementConcealClock, LongAfterTheLastFrameItsPictureIsRepeated) {
  Live h(async() + " max-conceal=80000000 max-gap=100000000");
  push_ten(h);
  h.wait_for(10);
  run_for(h, 5, 10);
  // Meanwhile the gap is one that the network forgets over; what is shown does not go back.
  EXPECT_EQ(h.push(flat_picture(info_, 7, 13)), GST_FLOW_OK);
  push(h, 50, 15);
  h.finish();
  const std::vector<int> shown = h.first_bytes();
  ASSERT_EQ(shown.size(), 16u);
  EXPECT_EQ(std::vector<int>(shown.begin() + 10, shown.end() - 1),
            (std::vector<int>{110, 111, 111, 111, 111}));
  expect_every_place_once(h);
}

TEST_P(ElementConcealClock, WaitsAsLongAsItIsTold) {
  Live h(async() + " conceal-wait=7000000");
  push_ten(h);
  EXPECT_EQ(gst_harness_query_latency(h.harness()), kUpstream + 7 * GST_MSECOND);
  h.wait_for(10);
  h.run_until(too_late(10, 7 * GST_MSECOND) - 1);
  wait_for_the_worker(h, 0);
  h.wait_for(10);
  EXPECT_EQ(h.buffers.size(), 10u);
  h.run_until(too_late(10, 7 * GST_MSECOND));
  h.wait_for(11);
}

TEST_P(ElementConcealClock, LatencyIsThatOfTheWait) {
  Live h(async());
  GstBus* bus = gst_bus_new();
  gst_element_set_bus(h.element(), bus);
  push_ten(h);
  guint64 estimate = 0;
  g_object_get(h.element(), "latency-estimate", &estimate, nullptr);
  const GstClockTime network = is_async() ? 0 : estimate;
  EXPECT_EQ(gst_harness_query_latency(h.harness()), kUpstream + kStep / 2 + network);
  const auto told = [&] {
    GstMessage* message = gst_bus_pop_filtered(bus, GST_MESSAGE_LATENCY);
    if (message != nullptr) gst_message_unref(message);
    return message != nullptr;
  };
  EXPECT_TRUE(told());
  EXPECT_FALSE(told()) << "once";
  h.set("conceal-wait", "0");
  push(h, 110, 10);
  EXPECT_TRUE(told());
  EXPECT_EQ(gst_harness_query_latency(h.harness()), kUpstream + network);
  h.set("output", "original");
  push(h, 111, 11);
  EXPECT_TRUE(told());
  gst_element_set_bus(h.element(), nullptr);
  gst_object_unref(bus);
}

TEST_P(ElementConcealClock, NothingIsWaitedForWhereNothingIsExpected) {
  const std::function<void(Live&)> ends[] = {
      [](Live& h) { h.finish(); },
      [](Live& h) { h.push_event(gst_event_new_flush_start()); },
      [](Live& h) { h.flush(); },
      [](Live& h) { h.push_segment(GST_SECOND, GST_CLOCK_TIME_NONE); },
      [](Live& h) { gst_element_set_state(h.element(), GST_STATE_PAUSED); },
      [](Live& h) { gst_element_set_state(h.element(), GST_STATE_READY); },
      [](Live& h) { gst_element_set_state(h.element(), GST_STATE_NULL); },
      [](Live& h) { gst_element_set_clock(h.element(), nullptr); }};
  for (std::size_t i = 0; i < std::size(ends); ++i) {
    Live h(async());
    push_ten(h);
    h.wait_for(10);
    ASSERT_NE(h.next(), GST_CLOCK_TIME_NONE);
    ends[i](h);
    EXPECT_TRUE(h.waits_for_nothing()) << i;
    h.go_to(100 * kStep);
    g_usleep(5000);
    EXPECT_EQ(h.stat("concealed"), 0u) << i;
  }
}

TEST_P(ElementConcealClock, GoesOnAfterAPauseAndAfterAnotherClock) {
  Live h(async());
  push_ten(h);
  h.wait_for(10);
  gst_element_set_state(h.element(), GST_STATE_PAUSED);
  h.go_to(GST_SECOND * 10);
  gst_element_set_base_time(h.element(), GST_SECOND * 5);
  gst_element_set_state(h.element(), GST_STATE_PLAYING);
  EXPECT_GT(h.next(), 5 * GST_SECOND);
  EXPECT_LE(h.next(), 5 * GST_SECOND + too_late(10));
  while (h.stat("concealed") == 0) h.strike();
  h.wait_for(11);
  GstTestClock* other = GST_TEST_CLOCK(gst_test_clock_new_with_start_time(GST_SECOND * 5));
  gst_element_set_clock(h.element(), GST_CLOCK(other));
  EXPECT_TRUE(h.waits_for_nothing());
  EXPECT_TRUE(Live::within_ten_seconds([&] { return gst_test_clock_peek_id_count(other) == 1; }));
  gst_element_set_clock(h.element(), nullptr);
  EXPECT_TRUE(Live::within_ten_seconds([&] { return GST_OBJECT_REFCOUNT(other) == 1; }));
  gst_object_unref(other);
}

TEST_P(ElementConcealClock, NoPlaceIsFilledAtOrAfterTheEndOfTheSegment) {
  Live h(async());
  h.start(info_);
  h.push_segment(0, 11 * kStep);
  for (int i = 0; i < 10; ++i) push(h, 100 + i, i);
  h.wait_for(10);
  run_for(h, 1, 10);
  EXPECT_TRUE(h.waits_for_nothing());
  h.finish();
  EXPECT_EQ(h.buffers.size(), 11u);
}

TEST_P(ElementConcealClock, WhatNobodyTakesIsNotPiledUp) {
  Live h(async());
  push_ten(h);
  h.wait_for(10);
  GstPad* src = gst_element_get_static_pad(h.element(), "src");
  const gulong block = gst_pad_add_probe(
      src, GST_PAD_PROBE_TYPE_BLOCK_DOWNSTREAM,
      [](GstPad*, GstPadProbeInfo*, gpointer) { return GST_PAD_PROBE_OK; }, nullptr, nullptr);
  h.run_until(too_late(40));
  EXPECT_LE(h.stat("concealed"), 4u) << "one in the pad's hand, three in its queue";
  gst_pad_remove_probe(src, block);
  gst_object_unref(src);
  h.wait_for(13);
}

TEST_P(ElementConcealClock, GapsOfTheInputAreNotToldTwice) {
  Live h(async());
  h.start(info_);
  EXPECT_TRUE(h.push_event(gst_event_new_gap(0, kStep)));
  for (int i = 0; i < 10; ++i) push(h, 100 + i, i);
  EXPECT_TRUE(h.push_event(gst_event_new_gap(10 * kStep, kStep)));
  h.wait_for(10);
  run_for(h, 1, 10);
  h.finish();
  const auto names = h.event_names();
  EXPECT_EQ(std::count(names.begin(), names.end(), "gap"), 1) << "the one before all frames";
}

INSTANTIATE_TEST_SUITE_P(Async, ElementConcealClock, testing::Values("true", "false"),
                         [](const auto& async) {
                           return std::string(async.param) == "true" ? "Worker" : "NoWorker";
                         });

using ElementConcealWorker = ElementConcealClock;

TEST_P(ElementConcealWorker, LooksFartherAheadOnlyWhileFramesAreMissing) {
  Live h(async());
  push_ten(h);
  h.wait_for(10);
  EXPECT_EQ(log_.horizons, std::vector<int>(10, 1)) << "one step for each frame";
  log_.horizons.clear();
  log_.nearest.clear();
  run_for(h, 3, 10);
  wait_for_the_worker(h, 0);
  // Places 10 to 14 are known to be missing by then; the next but one, and two to fade from.
  const std::vector<int> asked = log_.horizons;
  EXPECT_GE(asked.front(), 4);
  EXPECT_EQ(asked.back(), 8);
  EXPECT_EQ(log_.nearest.front(), 2) << "the first was there";
  for (std::size_t i = 1; i < asked.size(); ++i) {
    EXPECT_GT(asked[i], asked[i - 1]);
    EXPECT_EQ(log_.nearest[i], asked[i - 1] + 1) << "the rollout goes on";
  }
  log_.horizons.clear();
  push(h, 50, 13);
  EXPECT_EQ(log_.horizons, std::vector<int>{1});
}

INSTANTIATE_TEST_SUITE_P(Async, ElementConcealWorker, testing::Values("true"),
                         [](const auto&) { return "Worker"; });

}  // namespace
}  // namespace stip::test
