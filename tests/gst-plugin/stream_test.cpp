#include "stream.h"

#include <gtest/gtest.h>

#include "gst_fake_model.h"
#include "gst_fake_reporter.h"
#include "gst_pictures.h"

namespace stip::gst {
namespace {

using test::FakeModel;
using test::kStep;

constexpr int kWidth = 4;
constexpr int kHeight = 2;

struct Shown {
  GstClockTime pts;
  int value;  // the first byte
  int right;  // of the right half; -1 where there is none
};

// Frames and events in, what lies in the queue out. Frame i is a grey picture of value 10 * i.
class StreamTest : public ::testing::Test {
 protected:
  StreamTest() {
    queue_.open();
    stream_.main()->linked = true;
  }

  void start(PredictorSettings predictor = {}) {
    stream_.start(model_, predictor);
    begin();
    set_caps(GST_VIDEO_FORMAT_BGR, kWidth);
    segment(GST_CLOCK_TIME_NONE);
  }

  void begin() { stream_.event(EventPtr(gst_event_new_stream_start("test")), settings_); }

  void set_caps(GstVideoFormat format, int width, int fps = test::kFps) {
    info_ = test::video_info(format, width, kHeight, fps);
    stream_.event(EventPtr(gst_event_new_caps(test::caps_of(info_).get())), settings_);
    collect();
  }

  void segment(GstClockTime stop, double rate = 1.0, GstClockTime start = 0) {
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    segment.start = start;
    segment.stop = stop;
    segment.rate = rate;
    stream_.event(EventPtr(gst_event_new_segment(&segment)), settings_);
    collect();
  }

  GstFlowReturn frame_at(GstClockTime pts, int value, GstClockTime duration = kStep) {
    BufferPtr buffer(gst_buffer_new_allocate(nullptr, GST_VIDEO_INFO_SIZE(&info_), nullptr));
    gst_buffer_memset(buffer.get(), 0, static_cast<guint8>(value), GST_VIDEO_INFO_SIZE(&info_));
    GST_BUFFER_PTS(buffer.get()) = pts;
    GST_BUFFER_DURATION(buffer.get()) = duration;
    stream_.prepare(settings_);
    const GstFlowReturn flow = stream_.frame(std::move(buffer));
    collect();
    return flow;
  }

  void frames(int first, int count) {
    for (int i = first; i < first + count; ++i) {
      EXPECT_EQ(frame_at(static_cast<GstClockTime>(i) * kStep, 10 * i), GST_FLOW_OK);
    }
  }

  guint64 stat(const char* name) {
    GstStructure* stats = telemetry_.structure();
    guint64 value = 0;
    gst_structure_get_uint64(stats, name, &value);
    gst_structure_free(stats);
    return value;
  }

  std::vector<GstClockTime> times() const {
    std::vector<GstClockTime> all;
    for (const Shown& shown : shown_) all.push_back(shown.pts / kStep);
    return all;
  }
  std::vector<int> values() const {
    std::vector<int> all;
    for (const Shown& shown : shown_) all.push_back(shown.value);
    return all;
  }
  std::vector<int> rights() const {
    std::vector<int> all;
    for (const Shown& shown : shown_) all.push_back(shown.right);
    return all;
  }

  Telemetry telemetry_;
  test::FakeReporter reporter_;
  Stream stream_{telemetry_, reporter_, [](const auto& body) { body(); }};
  OutputQueue& queue_ = stream_.main()->queue;
  std::shared_ptr<FakeModel> model_ = std::make_shared<FakeModel>(3);
  FrameSettings settings_;
  GstVideoInfo info_{};
  std::vector<Shown> shown_;
  std::vector<Gap> gaps_;
  std::vector<int> widths_;           // of CAPS events
  std::vector<GstEventType> events_;  // of the last call

 private:
  void collect() {
    events_.clear();
    for (const MiniObjectPtr& item : queue_.clear()) {
      if (GST_IS_BUFFER(item.get())) {
        collect_frame(GST_BUFFER_CAST(item.get()));
      } else {
        collect_event(GST_EVENT_CAST(item.get()));
      }
    }
  }

  void collect_frame(GstBuffer* buffer) {
    const std::vector<std::uint8_t> all = test::bytes(buffer);
    const bool both = all.size() > GST_VIDEO_INFO_SIZE(&info_);
    const auto middle = static_cast<std::size_t>(3 * GST_VIDEO_INFO_WIDTH(&info_));
    shown_.push_back({GST_BUFFER_PTS(buffer), all[0], both ? all[middle] : -1});
  }

  void collect_event(GstEvent* event) {
    events_.push_back(GST_EVENT_TYPE(event));
    if (GST_EVENT_TYPE(event) == GST_EVENT_GAP) {
      Gap gap;
      GstGapFlags flags{};
      gst_event_parse_gap(event, &gap.start, &gap.duration);
      gst_event_parse_gap_flags(event, &flags);
      gap.missing_data = (flags & GST_GAP_FLAG_MISSING_DATA) != 0;
      gaps_.push_back(gap);
    } else if (GST_EVENT_TYPE(event) == GST_EVENT_CAPS) {
      GstCaps* caps = nullptr;
      gst_event_parse_caps(event, &caps);
      int width = 0;
      gst_structure_get_int(gst_caps_get_structure(caps, 0), "width", &width);
      widths_.push_back(width);
    }
  }
};

using Times = std::vector<GstClockTime>;
using Values = std::vector<int>;

TEST_F(StreamTest, PredictionsComeWithTheContextAndLieAheadByTheHorizon) {
  settings_.horizon = 4;
  start();
  frames(0, 6);
  EXPECT_EQ(times(), (Times{6, 7, 8, 9}));  // from frames 2..5
  EXPECT_EQ(values(), (Values{24, 34, 44, 54}));
  EXPECT_EQ(stat("frames-in"), 6u);
  EXPECT_EQ(stat("predicted"), 4u);
  EXPECT_EQ(stat("skipped-warm-up"), 2u);
}

TEST_F(StreamTest, SourceTimestampsAreThoseOfTheFrame) {
  settings_.horizon = 4;
  settings_.timestamps = Timestamps::kSource;
  start();
  frames(0, 6);
  EXPECT_EQ(times(), (Times{2, 3, 4, 5}));
  EXPECT_EQ(values(), (Values{24, 34, 44, 54}));
}

TEST_F(StreamTest, PredictionsBeyondTheSegmentAreNotMade) {
  settings_.horizon = 4;
  start();
  segment(8 * kStep);  // the same place: only the end is known now
  frames(0, 8);
  EXPECT_EQ(times(), (Times{6, 7}));  // N - c + 1 = 6, k = 4 fewer
  EXPECT_EQ(stat("skipped-segment-end"), 4u);
  EXPECT_EQ(model_->log->horizons.size(), 2u) << "no work for nothing";
  EXPECT_EQ(stat("frames-in"), stat("predicted") + stat("skipped"));
}

TEST_F(StreamTest, TheWarmUpIsOneGapGivenAtOnce) {
  settings_.horizon = 4;
  start();
  ASSERT_EQ(gaps_.size(), 1u);
  EXPECT_EQ(gaps_[0].start, 0u);
  EXPECT_EQ(gaps_[0].duration, 6 * kStep);
  EXPECT_FALSE(gaps_[0].missing_data);
  frames(0, 6);
  EXPECT_EQ(gaps_.size(), 1u);
}

TEST_F(StreamTest, TheWarmUpGapIsOfUnknownLengthAtUnknownRate) {
  stream_.start(model_, {});
  begin();
  set_caps(GST_VIDEO_FORMAT_BGR, kWidth, 0);
  segment(GST_CLOCK_TIME_NONE);
  ASSERT_EQ(gaps_.size(), 1u);
  EXPECT_EQ(gaps_[0].duration, GST_CLOCK_TIME_NONE);
}

TEST_F(StreamTest, AHigherHorizonLeavesAGapALowerOneWaits) {
  start();
  frames(0, 4);  // predictions for 3 and 4
  settings_.horizon = 3;
  frames(4, 1);  // for 7
  ASSERT_EQ(gaps_.size(), 2u);
  EXPECT_EQ(gaps_[1].start, 5 * kStep);
  EXPECT_EQ(gaps_[1].duration, 2 * kStep);
  EXPECT_TRUE(gaps_[1].missing_data);
  settings_.horizon = 1;
  frames(5, 3);  // for 6, 7 (shown before), 8
  EXPECT_EQ(times(), (Times{3, 4, 7, 8}));
  EXPECT_EQ(stat("skipped-reordered"), 2u);
  EXPECT_EQ(model_->log->pushed.size(), 8u) << "the network has seen every frame";
}

TEST_F(StreamTest, AHoleLongerThanTheMaximumWarmsUpAgain) {
  settings_.max_gap = 3 * kStep;
  start();
  frames(0, 4);
  frames(20, 4);
  EXPECT_EQ(times(), (Times{3, 4, 23, 24}));
  EXPECT_EQ(stat("resets"), 1u);
  // From 5 to 23 there is nothing: all of it told.
  GstClockTime told = 0;
  for (const Gap& gap : gaps_) told += gap.missing_data ? gap.duration : 0;
  EXPECT_EQ(told, 18 * kStep);
}

TEST_F(StreamTest, AStepBackwardsForgetsAndNothingGoesBack) {
  start();
  frames(5, 4);  // predictions for 8, 9
  frames(0, 4);
  EXPECT_EQ(times(), (Times{8, 9}));
  EXPECT_EQ(stat("resets"), 1u);
  EXPECT_EQ(stat("skipped-warm-up"), 4u);
  EXPECT_EQ(stat("skipped-reordered"), 2u);
}

TEST_F(StreamTest, SideBySideShowsWhatWasPredictedForTheTime) {
  settings_.horizon = 2;
  settings_.output = Output::kSideBySide;
  start();
  frames(0, 7);
  EXPECT_EQ(times(), (Times{0, 1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(values(), (Values{0, 10, 20, 30, 40, 50, 60}));
  // Frame 2 is the first predicted from, for 4: until then a copy of the left.
  EXPECT_EQ(rights(), (Values{0, 10, 20, 30, 22, 32, 42}));
  EXPECT_EQ(stat("predicted"), 5u);
  EXPECT_EQ(widths_.back(), 2 * kWidth);
  EXPECT_TRUE(gaps_.empty());
}

TEST_F(StreamTest, SideBySideAtSourceTimesShowsWhatWasPredictedFromTheFrame) {
  settings_.horizon = 2;
  settings_.output = Output::kSideBySide;
  settings_.timestamps = Timestamps::kSource;
  start();
  frames(0, 5);
  EXPECT_EQ(rights(), (Values{0, 10, 22, 32, 42}));
}

TEST_F(StreamTest, SideBySideForgetsWhatWasPredictedBeforeAChangeOfTimestamps) {
  settings_.horizon = 2;
  settings_.output = Output::kSideBySide;
  start();
  frames(0, 5);  // 4 beside 22; predictions for 5 and 6 are kept
  settings_.timestamps = Timestamps::kSource;
  frames(5, 1);
  settings_.timestamps = Timestamps::kTarget;
  frames(6, 3);
  EXPECT_EQ(rights(), (Values{0, 10, 20, 30, 22, 52, 60, 70, 62}));
}

TEST_F(StreamTest, SideBySideRepeatsTheLastPredictionWhereNoneFits) {
  settings_.output = Output::kSideBySide;
  start();
  frames(0, 4);  // 3 beside 21
  frame_at(4 * kStep + kStep / 2 + 1, 99);
  frame_at(5 * kStep + kStep / 3, 98);  // nearest is what 4.5 made, for 5.5
  EXPECT_EQ(rights()[3], 21);
  EXPECT_EQ(rights()[4], 21) << "more than half a step off: late";
  EXPECT_EQ(rights()[5], 100);
}

TEST_F(StreamTest, OriginalRunsNoNetwork) {
  settings_.output = Output::kOriginal;
  start();
  frames(0, 5);
  EXPECT_EQ(times(), (Times{0, 1, 2, 3, 4}));
  EXPECT_EQ(model_->log->made, 0);
  EXPECT_EQ(stat("skipped-idle"), 5u);
  EXPECT_TRUE(gaps_.empty());
}

TEST_F(StreamTest, OutputChangesBetweenTwoFrames) {
  settings_.horizon = 2;
  start();
  frames(0, 4);  // predictions for 4, 5
  settings_.output = Output::kSideBySide;
  frames(4, 3);  // 4 and 5 have been shown as predictions
  settings_.output = Output::kOriginal;
  frames(7, 2);
  settings_.output = Output::kPredicted;
  frames(9, 4);  // warms up again
  EXPECT_EQ(times(), (Times{4, 5, 6, 7, 8, 13, 14}));
  EXPECT_EQ(rights(), (Values{-1, -1, 42, -1, -1, -1, -1}));
  EXPECT_EQ(widths_, (std::vector<int>{kWidth, 2 * kWidth, kWidth}));
  EXPECT_EQ(stat("frames-in"), 13u);
  EXPECT_EQ(stat("frames-in"), stat("predicted") + stat("skipped"));
}

// The element's own latency is none with output=original.
TEST_F(StreamTest, TheLatencyIsToldWhereverItBeginsOrCeasesToCount) {
  start();
  frames(0, 1);
  telemetry_.add_run(20 * GST_MSECOND);
  const auto told = [this] { return telemetry_.latency_moved(100 * GST_SECOND); };
  EXPECT_TRUE(told());
  const std::pair<Output, bool> changes[] = {
      {Output::kSideBySide, false}, {Output::kOriginal, true}, {Output::kPredicted, true}};
  int index = 1;
  for (const auto& [output, changed] : changes) {
    settings_.output = output;
    frames(index++, 1);
    EXPECT_EQ(told(), changed) << "change " << index;
  }
}

TEST_F(StreamTest, FramesWithoutPtsPassThrough) {
  start();
  frame_at(GST_CLOCK_TIME_NONE, 77);
  EXPECT_EQ(values(), Values{77});
  EXPECT_EQ(stat("skipped-pass-through"), 1u);
  settings_.output = Output::kSideBySide;
  frame_at(GST_CLOCK_TIME_NONE, 78);
  EXPECT_EQ(rights().back(), 78);
}

TEST_F(StreamTest, PredictionsDoNotGoBackAfterAFrameWithoutPts) {
  model_ = std::make_shared<FakeModel>(1);
  settings_.horizon = 8;
  start();
  frames(0, 2);  // for 8 and 9
  frame_at(GST_CLOCK_TIME_NONE, 77);
  settings_.horizon = 1;
  frames(3, 7);  // for 4 to 10
  ASSERT_EQ(shown_.size(), 4u);
  shown_.erase(shown_.begin() + 2);  // the one without
  EXPECT_EQ(times(), (Times{8, 9, 10}));
}

TEST_F(StreamTest, BackwardPlaybackPassesThrough) {
  start();
  segment(GST_CLOCK_TIME_NONE, -1.0);
  for (int i = 5; i > 0; --i) frames(i, 1);
  EXPECT_EQ(times(), (Times{5, 4, 3, 2, 1}));
  EXPECT_EQ(stat("skipped-pass-through"), 5u);
}

TEST_F(StreamTest, OnlyAnotherPlaceForgets) {
  start();
  frames(0, 4);
  segment(100 * kStep);
  frames(4, 1);
  EXPECT_EQ(shown_.size(), 3u) << "only the end moved";
  segment(100 * kStep, 1.0, kStep);
  frames(5, 2);
  EXPECT_EQ(shown_.size(), 3u);
  frames(7, 1);
  EXPECT_EQ(shown_.size(), 4u);
}

TEST_F(StreamTest, AnotherStreamForgetsEvenInTheSameSegment) {
  start();
  frames(0, 4);
  begin();
  segment(GST_CLOCK_TIME_NONE);
  frames(0, 3);
  EXPECT_EQ(times(), (Times{3, 4, 3})) << "time starts anew";
}

TEST_F(StreamTest, AnotherRateKeepsThePicturesAnotherSizeOrFormatDoesNot) {
  start();
  frames(0, 3);
  set_caps(GST_VIDEO_FORMAT_BGR, kWidth, 50);
  frames(3, 1);
  EXPECT_EQ(shown_.size(), 2u);
  EXPECT_EQ(model_->log->made, 1);
  set_caps(GST_VIDEO_FORMAT_BGR, 2 * kWidth);
  frames(4, 2);
  EXPECT_EQ(shown_.size(), 2u);
  EXPECT_EQ(model_->log->options.width, 2 * kWidth);
  EXPECT_EQ(stat("resets"), 1u);
  set_caps(GST_VIDEO_FORMAT_RGB, 2 * kWidth);
  frames(6, 2);
  EXPECT_EQ(shown_.size(), 2u);
  frames(8, 1);
  EXPECT_EQ(shown_.size(), 3u);
}

TEST_F(StreamTest, ARequestedResetTakesEffectAtTheNextFrame) {
  start();
  frames(0, 4);
  stream_.request_reset();
  frames(4, 3);
  EXPECT_EQ(shown_.size(), 3u);
  EXPECT_EQ(stat("resets"), 1u);
}

TEST_F(StreamTest, WithoutAnyRhythmNothingIsPredictedAtTargetTimes) {
  stream_.start(std::make_shared<FakeModel>(1), {});
  begin();
  set_caps(GST_VIDEO_FORMAT_BGR, kWidth, 0);
  segment(GST_CLOCK_TIME_NONE);
  frame_at(0, 1, GST_CLOCK_TIME_NONE);
  EXPECT_TRUE(shown_.empty());
  frame_at(100, 2, GST_CLOCK_TIME_NONE);
  ASSERT_EQ(shown_.size(), 1u);
  EXPECT_EQ(shown_[0].pts, 200u);
}

TEST_F(StreamTest, AGapOfTheInputIsShownWhenItWouldBePredicted) {
  settings_.horizon = 2;
  start();
  frames(0, 4);  // predictions for 4, 5
  stream_.event(EventPtr(gst_event_new_gap(4 * kStep, kStep)), settings_);
  frames(5, 1);
  ASSERT_EQ(gaps_.size(), 2u);
  EXPECT_EQ(gaps_[1].start, 6 * kStep);
  EXPECT_EQ(gaps_[1].duration, kStep);
  EXPECT_EQ(times(), (Times{4, 5, 7}));
}

TEST_F(StreamTest, PassesTheSettingsToTheModel) {
  start({StateChoice::kRecurrent, 5, Resize::kScale});
  EXPECT_EQ(model_->log->options.context, 5);
  EXPECT_EQ(model_->log->options.state, StateMode::kRecurrent);
  EXPECT_EQ(model_->log->options.resize, Resize::kScale);
  stream_.stop();
  start();
  EXPECT_EQ(model_->log->options.state, std::nullopt) << "the model file says";
}

TEST_F(StreamTest, AFailingNetworkIsThrownAndCounted) {
  start();
  frames(0, 3);
  model_->log->fail_to_predict = true;
  EXPECT_THROW(frame_at(3 * kStep, 1), Error);
  EXPECT_EQ(stat("skipped-failed"), 1u);
  EXPECT_EQ(stat("frames-in"), 4u);
}

TEST_F(StreamTest, StopsWithoutATraceAndStartsAgain) {
  settings_.output = Output::kSideBySide;
  start();
  frames(0, 5);
  stream_.stop();
  EXPECT_EQ(model_.use_count(), 1) << "the model is let go";
  shown_.clear();
  start();
  frames(0, 3);
  EXPECT_EQ(rights(), (Values{0, 10, 20})) << "no prediction from before";
}

// Frames would leave under the caps of before, which describe other memory.
TEST_F(StreamTest, CapsThatAFlushTookAreSentAgain) {
  start();
  frames(0, 3);
  stream_.flush_start();
  settings_.output = Output::kSideBySide;
  EXPECT_EQ(frame_at(3 * kStep, 30), GST_FLOW_FLUSHING);
  stream_.flush_stop();
  queue_.reopen();
  widths_.clear();
  segment(GST_CLOCK_TIME_NONE);
  EXPECT_EQ(widths_, std::vector<int>{2 * kWidth});
  EXPECT_EQ(events_, (std::vector<GstEventType>{GST_EVENT_CAPS, GST_EVENT_SEGMENT}));
}

// The same, where they had been queued already and the flush emptied the queue.
TEST_F(StreamTest, QueuedCapsThatAFlushTookAreSentAgain) {
  start();
  widths_.clear();
  begin();
  segment(GST_CLOCK_TIME_NONE);
  EXPECT_EQ(widths_, std::vector<int>{kWidth});
}

TEST_F(StreamTest, FramesBeforeCapsAreNotNegotiated) {
  stream_.start(model_, {});
  EXPECT_EQ(stream_.frame(BufferPtr(gst_buffer_new())), GST_FLOW_NOT_NEGOTIATED);
}

}  // namespace
}  // namespace stip::gst
