// A Stream with several outlets, predicting where its frames arrive.
#include <gtest/gtest.h>

#include <map>
#include <utility>

#include "gst_fake_model.h"
#include "gst_fake_reporter.h"
#include "gst_pictures.h"
#include "stream.h"

namespace stip::gst {
namespace {

using test::FakeModel;
using test::kStep;
using Values = std::vector<int>;
using Times = std::vector<GstClockTime>;

class StreamPads : public ::testing::Test {
 protected:
  void start(int context = 1) {
    model_ = std::make_shared<FakeModel>(context);
    PredictorSettings predictor;
    predictor.async = Async::kFalse;
    stream_.start(model_, predictor);
    send(gst_event_new_stream_start("test"));
    send(gst_event_new_caps(test::caps_of(info_).get()));
    segment(GST_CLOCK_TIME_NONE);
  }

  void send(GstEvent* event) { stream_.event(EventPtr(event), settings_); }

  void segment(GstClockTime stop, double rate = 1.0) {
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    segment.stop = stop;
    segment.rate = rate;
    send(gst_event_new_segment(&segment));
  }

  std::shared_ptr<Outlet> add(OutletKind kind, int horizon = 1) {
    auto outlet = std::make_shared<Outlet>(kind, kind == OutletKind::kOriginal ? "original" : "x");
    outlet->horizon = horizon;
    outlet->linked = true;
    outlet->queue.open();
    stream_.add(outlet, settings_);
    return outlet;
  }

  // At `place` (-1: `index`).
  void frame(int index, GstBufferFlags flags = static_cast<GstBufferFlags>(0), int place = -1) {
    const gsize size = GST_VIDEO_INFO_SIZE(&info_);
    BufferPtr buffer(gst_buffer_new_allocate(nullptr, size, nullptr));
    gst_buffer_memset(buffer.get(), 0, static_cast<guint8>(10 * index), size);
    GST_BUFFER_PTS(buffer.get()) = static_cast<GstClockTime>(place < 0 ? index : place) * kStep;
    GST_BUFFER_DURATION(buffer.get()) = kStep;
    GST_BUFFER_FLAG_SET(buffer.get(), flags);
    stream_.prepare(settings_);
    stream_.frame(std::move(buffer));
    for (const auto& outlet : stream_.outlets()) collect(outlet);  // full queues would wait
  }

  // What came out of an outlet.
  struct Out {
    Times times;
    Values values;
    Times gaps;  // where they start
    std::vector<GstEventType> events;
  };
  Out take(const std::shared_ptr<Outlet>& outlet) {
    collect(outlet);
    return std::exchange(outs_[outlet.get()], {});
  }

  void collect(const std::shared_ptr<Outlet>& outlet) {
    Out& out = outs_[outlet.get()];
    for (const MiniObjectPtr& item : outlet->queue.clear()) {
      if (GST_IS_BUFFER(item.get())) {
        out.times.push_back(GST_BUFFER_PTS(GST_BUFFER_CAST(item.get())) / kStep);
        out.values.push_back(test::bytes(GST_BUFFER_CAST(item.get()))[0]);
        continue;
      }
      GstEvent* event = GST_EVENT_CAST(item.get());
      out.events.push_back(GST_EVENT_TYPE(event));
      if (GST_EVENT_TYPE(event) != GST_EVENT_GAP) continue;
      GstClockTime start = 0;
      gst_event_parse_gap(event, &start, nullptr);
      out.gaps.push_back(start / kStep);
    }
  }

  guint64 stat(const char* name) {
    GstStructure* stats = telemetry_.structure();
    guint64 value = 0;
    gst_structure_get_uint64(stats, name, &value);
    gst_structure_free(stats);
    return value;
  }

  GstVideoInfo info_ = test::video_info(GST_VIDEO_FORMAT_BGR, 4, 2);
  std::shared_ptr<FakeModel> model_;
  std::map<const Outlet*, Out> outs_;
  FrameSettings settings_;
  Telemetry telemetry_;
  test::FakeReporter reporter_;
  Stream stream_{telemetry_, reporter_, [](const auto& body) { body(); }};
};

TEST_F(StreamPads, OneRolloutFeedsAll) {
  const auto near = add(OutletKind::kPrediction, 1);
  const auto far = add(OutletKind::kPrediction, 4);
  const auto same = add(OutletKind::kPrediction, 4);
  start();
  frame(0);
  frame(1);
  EXPECT_EQ(model_->log->horizons, (std::vector<int>{4, 4}));
  EXPECT_EQ(take(near).values, (Values{1, 11}));
  EXPECT_EQ(take(far).values, (Values{4, 14}));
  EXPECT_EQ(take(same).values, (Values{4, 14}));
  EXPECT_EQ(stat("predicted"), 2u);
}

TEST_F(StreamPads, WithoutAPeerNothingIsPredicted) {
  const auto near = add(OutletKind::kPrediction, 1);
  const auto far = add(OutletKind::kPrediction, 9);
  far->linked = false;
  start();
  frame(0);
  EXPECT_EQ(model_->log->horizons, std::vector<int>{1}) << "not for who does not look";
  near->linked = false;
  frame(1);
  EXPECT_EQ(model_->log->horizons.size(), 1u);
  EXPECT_EQ(stat("skipped-idle"), 1u);
  EXPECT_EQ(stream_.flow(), GST_FLOW_NOT_LINKED);
}

TEST_F(StreamPads, OnlyTheOriginalIsIdle) {
  const auto original = add(OutletKind::kOriginal);
  start();
  frame(0);
  EXPECT_EQ(take(original).values, Values{0});
  EXPECT_EQ(model_->log->made, 0);
  EXPECT_EQ(stat("skipped-idle"), 1u);
}

TEST_F(StreamPads, ALateOutletIsBroughtUpToDate) {
  const auto first = add(OutletKind::kPrediction, 1);
  start();
  send(gst_event_new_tag(gst_tag_list_new(GST_TAG_TITLE, "t", nullptr)));
  frame(0);
  const auto second = add(OutletKind::kPrediction, 2);
  const auto original = add(OutletKind::kOriginal);
  const std::vector<GstEventType> lasting = {GST_EVENT_STREAM_START, GST_EVENT_CAPS,
                                             GST_EVENT_SEGMENT, GST_EVENT_TAG};
  std::vector<GstEventType> warming = lasting;
  warming.push_back(GST_EVENT_GAP);
  EXPECT_EQ(take(second).events, warming) << "its sink waits for something";
  EXPECT_EQ(take(original).events, lasting);
  frame(1);
  EXPECT_EQ(take(second).times, Times{3});
}

// Its sink has not been told of the flush: its task would wait there, and the end of the flush for
// it.
TEST_F(StreamPads, AnOutletThatComesInAFlushSendsNothingBeforeItsEnd) {
  start();
  frame(0);
  stream_.flush_start();
  for (const OutletKind kind : {OutletKind::kOriginal, OutletKind::kPrediction}) {
    const auto late = add(kind);
    EXPECT_EQ(late->queue.flow(), GST_FLOW_FLUSHING);
    EXPECT_EQ(late->queue.pop(), nullptr);
  }
  stream_.flush_stop();
  std::vector<std::deque<MiniObjectPtr>> kept;
  for (const auto& outlet : stream_.outlets()) kept.push_back(outlet->queue.reopen());
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (kept[i].empty()) continue;  // of src, which had sent them
    ASSERT_EQ(kept[i].size(), 2u);
    EXPECT_EQ(GST_EVENT_TYPE(kept[i][0].get()), GST_EVENT_STREAM_START);
    EXPECT_EQ(GST_EVENT_TYPE(kept[i][1].get()), GST_EVENT_CAPS);
  }
  const auto after = add(OutletKind::kPrediction);
  EXPECT_EQ(after->queue.flow(), GST_FLOW_OK);
}

TEST_F(StreamPads, ARemovedOutletGetsNothingMore) {
  const auto near = add(OutletKind::kPrediction, 1);
  const auto far = add(OutletKind::kPrediction, 4);
  start();
  stream_.remove(far);
  frame(0);
  EXPECT_EQ(model_->log->horizons, std::vector<int>{1});
  EXPECT_TRUE(take(far).times.empty());
}

TEST_F(StreamPads, EveryNthFrameIsPredictedFromAndAllAreSeen) {
  const auto near = add(OutletKind::kPrediction, 1);
  settings_.interval = 3;
  start();
  for (int i = 0; i < 7; ++i) frame(i);
  const Out out = take(near);
  EXPECT_EQ(out.times, (Times{1, 4, 7}));
  EXPECT_EQ(out.gaps, (Times{0, 2, 3, 5, 6}));
  EXPECT_EQ(model_->log->pushed.size(), 7u);
  EXPECT_EQ(stat("skipped-interval"), 4u);
  EXPECT_EQ(stat("frames-in"), stat("predicted") + stat("skipped"));
}

TEST_F(StreamPads, AShortHoleIsFilledByPredictions) {
  const auto near = add(OutletKind::kPrediction, 1);
  start(2);
  for (int i : {0, 1, 2, 5}) frame(i);
  EXPECT_EQ(model_->log->missing, 2);
  EXPECT_EQ(take(near).times, (Times{2, 3, 6}));
  EXPECT_EQ(stat("resets"), 0u);
}

TEST_F(StreamPads, OrTheContextIsFilledAnew) {
  const auto near = add(OutletKind::kPrediction, 1);
  settings_.gap_policy = GapPolicy::kReset;
  start(2);
  for (int i : {0, 1, 2, 5, 6}) frame(i);
  EXPECT_EQ(model_->log->missing, 0);
  EXPECT_EQ(take(near).times, (Times{2, 3, 7}));
  EXPECT_EQ(stat("resets"), 1u);
}

TEST_F(StreamPads, ADamagedFrameIsReplacedByItsPrediction) {
  const auto near = add(OutletKind::kPrediction, 1);
  for (GstBufferFlags flag : {GST_BUFFER_FLAG_CORRUPTED, GST_BUFFER_FLAG_GAP}) {
    start();
    take(near);
    frame(1);
    frame(2, flag);
    EXPECT_EQ(model_->log->pushed, (std::vector<std::uint8_t>{10, 11}));
    EXPECT_EQ(take(near).values, (Values{11, 12}));
  }
}

TEST_F(StreamPads, WhatRepeatsTheFrameBeforeIsNoDamage) {
  const auto near = add(OutletKind::kPrediction, 1);
  start(2);
  take(near);
  frame(0);  // each frame twice, from the first on, as videorate has it
  for (int i = 1; i < 6; ++i) {
    const bool repeats = i % 2 == 1;
    frame(2 * (i / 2), repeats ? GST_BUFFER_FLAG_GAP : static_cast<GstBufferFlags>(0), i);
  }
  EXPECT_EQ(model_->log->pushed, (std::vector<std::uint8_t>{0, 0, 20, 20, 40, 40}));
  EXPECT_EQ(model_->log->missing, 0);
  EXPECT_EQ(stat("resets"), 0u);
  EXPECT_EQ(take(near).times, (Times{2, 3, 4, 5, 6}));
  frame(4, GST_BUFFER_FLAG_CORRUPTED, 6);
  EXPECT_EQ(model_->log->missing, 1) << "a decoder's, of what it could not decode";
  frame(5, GST_BUFFER_FLAG_GAP, 7);
  EXPECT_EQ(model_->log->missing, 2) << "it shows something else";
}

TEST_F(StreamPads, ConcealFillsThePlaceOfARepeatTooIfItIsAGap) {
  add(OutletKind::kPrediction, 1);
  settings_.output = Output::kConceal;
  start();
  frame(1);
  frame(1, GST_BUFFER_FLAG_GAP, 2);
  EXPECT_EQ(model_->log->missing, 1);
}

// Conceal alone shows, and so sees, the last picture again.
TEST_F(StreamPads, AHoleInTheFirstFramesBeginsTheContextAnew) {
  const auto near = add(OutletKind::kPrediction, 1);
  start(3);
  for (int i : {0, 1, 3, 4, 5}) frame(i);
  EXPECT_EQ(take(near).times, Times{6});
  EXPECT_EQ(stat("resets"), 1u);
}

TEST_F(StreamPads, AFailingNetworkMayBePassedBy) {
  const auto near = add(OutletKind::kPrediction, 1);
  stream_.main()->queue.open();
  stream_.main()->linked = true;
  settings_.on_error = OnError::kPassthrough;
  start();
  take(stream_.main());
  model_->log->fail_to_predict = true;
  frame(3);
  EXPECT_EQ(take(stream_.main()).values, Values{30});
  const Out out = take(near);
  EXPECT_TRUE(out.times.empty());
  EXPECT_EQ(out.gaps, (Times{0, 1})) << "the warm-up, and the failure";
  EXPECT_EQ(reporter_.failures.size(), 1u);
  EXPECT_EQ(stat("skipped-failed"), 1u);
  model_->log->fail_to_predict = false;
  frame(4);
  EXPECT_EQ(take(near).values, Values{41}) << "it goes on";
}

TEST_F(StreamPads, BackwardPlaybackIsGapsBesideTheInput) {
  const auto original = add(OutletKind::kOriginal);
  const auto near = add(OutletKind::kPrediction, 1);
  start();
  segment(GST_CLOCK_TIME_NONE, -1.0);
  take(near);
  for (int i : {5, 4, 3}) frame(i);
  EXPECT_EQ(take(original).times, (Times{5, 4, 3}));
  const Out out = take(near);
  EXPECT_TRUE(out.times.empty());
  EXPECT_EQ(out.gaps, (Times{5, 4, 3}));
  EXPECT_EQ(stat("skipped-pass-through"), 3u);
}

TEST_F(StreamPads, QosLeavesOutPredictionsAndSaysSo) {
  const auto original = add(OutletKind::kOriginal);
  const auto near = add(OutletKind::kPrediction, 1);
  const auto far = add(OutletKind::kPrediction, 2);
  start();
  frame(0);  // predictions for 1 and 2
  near->qos.report(2.0, static_cast<GstClockTimeDiff>(kStep), kStep);
  frame(1);  // 2 and 3: near is too late up to 3
  frame(2);
  frame(3);
  EXPECT_EQ(take(original).times, (Times{0, 1, 2, 3}));
  EXPECT_EQ(take(near).times, (Times{1, 4}));
  EXPECT_EQ(take(far).times, (Times{2, 3, 4, 5}));
  ASSERT_EQ(reporter_.skips.size(), 2u);
  EXPECT_EQ(reporter_.skips[0].running_time, 2 * kStep);
  EXPECT_EQ(reporter_.skips[1].counts.dropped, 2u);
  EXPECT_EQ(stat("predicted"), 4u) << "far was predicted each time";
}

TEST_F(StreamPads, WhereQosLeavesNothingNothingIsComputed) {
  const auto near = add(OutletKind::kPrediction, 1);
  start();
  near->qos.report(2.0, static_cast<GstClockTimeDiff>(kStep), kStep);
  frame(0);
  EXPECT_TRUE(model_->log->horizons.empty());
  EXPECT_EQ(stat("skipped-qos"), 1u);
  settings_.qos = false;
  frame(1);
  EXPECT_EQ(model_->log->horizons.size(), 1u);
}

TEST_F(StreamPads, LatencyIsCompensatedByTheHorizon) {
  const auto near = add(OutletKind::kPrediction, 9);
  settings_.compensate = kMeasuredLatency;
  near->configured_latency = 3 * kStep - 1;
  start();
  frame(0);
  EXPECT_EQ(model_->log->horizons, std::vector<int>{3});
  EXPECT_EQ(take(near).times, Times{0}) << "shown with its frame";
}

TEST_F(StreamPads, AnotherModelIsTakenBetweenTwoFrames) {
  const auto near = add(OutletKind::kPrediction, 1);
  start();
  frame(0);
  const auto other = std::make_shared<FakeModel>(2);
  stream_.use(other);
  for (int i : {1, 2}) frame(i);
  EXPECT_EQ(other->log->pushed, (std::vector<std::uint8_t>{10, 20}));
  EXPECT_EQ(take(near).times, (Times{1, 3})) << "its context is filled first";
}

// What an application hung on a frame holds for its prediction; what describes memory does not.
TEST_F(StreamPads, MetasOfTheMomentAreCopied) {
  const auto near = add(OutletKind::kPrediction, 1);
  start();
  BufferPtr buffer = test::padded_picture(info_, 0, 0);
  const CapsPtr reference(gst_caps_new_empty_simple("timestamp/x-unix"));
  gst_buffer_add_reference_timestamp_meta(buffer.get(), reference.get(), 77, GST_CLOCK_TIME_NONE);
  take(near);
  stream_.prepare(settings_);
  stream_.frame(std::move(buffer));
  for (const MiniObjectPtr& item : near->queue.clear()) {
    if (!GST_IS_BUFFER(item.get())) continue;
    GstBuffer* out = GST_BUFFER_CAST(item.get());
    const auto* meta = gst_buffer_get_reference_timestamp_meta(out, reference.get());
    ASSERT_NE(meta, nullptr);
    EXPECT_EQ(meta->timestamp, 77u);
    EXPECT_EQ(gst_buffer_get_video_meta(out), nullptr);
    return;
  }
  FAIL() << "no prediction";
}

}  // namespace
}  // namespace stip::gst
