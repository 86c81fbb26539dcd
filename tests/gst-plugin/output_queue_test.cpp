#include "output_queue.h"

#include <gtest/gtest.h>

#include <future>

namespace stip::gst {
namespace {

using namespace std::chrono_literals;

class OutputQueueTest : public ::testing::Test {
 protected:
  void SetUp() override { queue_.open(); }

  static MiniObjectPtr frame() { return as_item(BufferPtr(gst_buffer_new())); }
  static MiniObjectPtr gap() { return as_item(EventPtr(gst_event_new_gap(0, 1))); }
  static MiniObjectPtr eos() { return as_item(EventPtr(gst_event_new_eos())); }
  static MiniObjectPtr tags() {
    return as_item(EventPtr(gst_event_new_tag(gst_tag_list_new_empty())));
  }

  static MiniObjectPtr stream_start() {
    return as_item(EventPtr(gst_event_new_stream_start("stream")));
  }

  static MiniObjectPtr segment() {
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    return as_item(EventPtr(gst_event_new_segment(&segment)));
  }

  void expect_next(GstEventType type) {
    const MiniObjectPtr item = queue_.pop();
    ASSERT_TRUE(item != nullptr && GST_IS_EVENT(item.get()));
    EXPECT_EQ(GST_EVENT_TYPE(item.get()), type);
  }

  void expect_frame_next() {
    const MiniObjectPtr item = queue_.pop();
    EXPECT_TRUE(item != nullptr && GST_IS_BUFFER(item.get()));
  }

  std::future<GstFlowReturn> push_elsewhere() {
    return std::async(std::launch::async, [this] { return queue_.push(frame()); });
  }

  static void expect_waiting(std::future<GstFlowReturn>& result) {
    EXPECT_EQ(result.wait_for(50ms), std::future_status::timeout);
  }
  static GstFlowReturn result_of(std::future<GstFlowReturn>& result) {
    EXPECT_EQ(result.wait_for(10s), std::future_status::ready);
    return result.get();
  }

  OutputQueue queue_;
};

TEST_F(OutputQueueTest, KeepsTheOrder) {
  queue_.push(frame());
  queue_.push(tags());
  queue_.push(eos());
  const MiniObjectPtr first = queue_.pop();
  const MiniObjectPtr second = queue_.pop();
  const MiniObjectPtr third = queue_.pop();
  EXPECT_TRUE(GST_IS_BUFFER(first.get()));
  EXPECT_EQ(GST_EVENT_TYPE(second.get()), GST_EVENT_TAG);
  EXPECT_EQ(GST_EVENT_TYPE(third.get()), GST_EVENT_EOS);
}

TEST_F(OutputQueueTest, FramesAndGapsBeyondTheLimitWait) {
  queue_.set_limit(2);
  queue_.push(frame());
  queue_.push(gap());
  std::future<GstFlowReturn> third = push_elsewhere();
  expect_waiting(third);
  queue_.pop();
  EXPECT_EQ(result_of(third), GST_FLOW_OK);
}

TEST_F(OutputQueueTest, OtherEventsNeverWait) {
  queue_.set_limit(1);
  queue_.push(frame());
  for (int i = 0; i < 10; ++i) EXPECT_EQ(queue_.push(tags()), GST_FLOW_OK);
}

TEST_F(OutputQueueTest, AHigherLimitWakes) {
  queue_.set_limit(1);
  queue_.push(frame());
  std::future<GstFlowReturn> second = push_elsewhere();
  expect_waiting(second);
  queue_.set_limit(2);
  EXPECT_EQ(result_of(second), GST_FLOW_OK);
}

TEST_F(OutputQueueTest, ClosingWakesBothSides) {
  queue_.set_limit(1);
  queue_.push(frame());
  std::future<GstFlowReturn> pushing = push_elsewhere();
  expect_waiting(pushing);
  queue_.close();
  EXPECT_EQ(result_of(pushing), GST_FLOW_FLUSHING);
  EXPECT_EQ(queue_.pop(), nullptr);
  EXPECT_EQ(queue_.push(eos()), GST_FLOW_FLUSHING);
  queue_.open();
  auto popping = std::async(std::launch::async, [this] { return queue_.pop() == nullptr; });
  EXPECT_EQ(popping.wait_for(50ms), std::future_status::timeout) << "reopened, it is empty";
  queue_.close();
  EXPECT_TRUE(popping.get());
}

// A flush may end in another thread than the one that deactivates the pad, and after it.
TEST_F(OutputQueueTest, AFlushDoesNotReopenWhatWasClosed) {
  queue_.flush();
  EXPECT_EQ(queue_.push(tags()), GST_FLOW_FLUSHING);
  queue_.reopen();
  EXPECT_EQ(queue_.push(tags()), GST_FLOW_OK);
  queue_.flush();
  queue_.close();
  queue_.reopen();
  EXPECT_EQ(queue_.push(tags()), GST_FLOW_FLUSHING);
  EXPECT_EQ(queue_.pop(), nullptr);
}

// Whoever sends them has no other occasion: upstream has been told that they arrived.
TEST_F(OutputQueueTest, LastingEventsOfTheTimeOfAFlushAreKept) {
  queue_.push(tags());
  queue_.flush();
  EXPECT_EQ(queue_.push(stream_start()), GST_FLOW_FLUSHING);
  EXPECT_EQ(queue_.push(segment()), GST_FLOW_FLUSHING);
  EXPECT_EQ(queue_.push(frame()), GST_FLOW_FLUSHING);
  EXPECT_EQ(queue_.pop(), nullptr);
  const std::deque<MiniObjectPtr> kept = queue_.reopen();
  ASSERT_EQ(kept.size(), 2u);
  EXPECT_EQ(GST_EVENT_TYPE(kept[0].get()), GST_EVENT_TAG);
  EXPECT_EQ(GST_EVENT_TYPE(kept[1].get()), GST_EVENT_STREAM_START);
  queue_.close();
  EXPECT_EQ(queue_.push(tags()), GST_FLOW_FLUSHING);
  EXPECT_TRUE(queue_.clear().empty()) << "nobody would look for it";
}

TEST_F(OutputQueueTest, AFatalFlowStopsItAndStays) {
  queue_.push(frame());
  EXPECT_FALSE(queue_.fail(GST_FLOW_ERROR));
  EXPECT_EQ(queue_.pop(), nullptr);
  EXPECT_EQ(queue_.push(frame()), GST_FLOW_ERROR);
  EXPECT_EQ(queue_.push(eos()), GST_FLOW_ERROR);
  queue_.fail(GST_FLOW_NOT_LINKED);
  queue_.link();
  EXPECT_EQ(queue_.push(segment()), GST_FLOW_ERROR);
  EXPECT_EQ(queue_.flow(), GST_FLOW_ERROR);
}

TEST_F(OutputQueueTest, WithoutAPeerEventsPassAndFramesDoNot) {
  queue_.push(frame());
  queue_.push(tags());
  queue_.fail(GST_FLOW_NOT_LINKED);
  EXPECT_EQ(queue_.push(frame()), GST_FLOW_NOT_LINKED);
  EXPECT_EQ(queue_.push(segment()), GST_FLOW_OK);
  expect_next(GST_EVENT_TAG);
  expect_next(GST_EVENT_SEGMENT);
  EXPECT_EQ(queue_.flow(), GST_FLOW_NOT_LINKED);
  queue_.link();
  EXPECT_EQ(queue_.push(frame()), GST_FLOW_OK);
  expect_frame_next();
}

TEST_F(OutputQueueTest, TellsWhenAnEosWasWaitingBehindTheFailure) {
  queue_.push(frame());
  queue_.push(eos());
  EXPECT_TRUE(queue_.fail(GST_FLOW_ERROR));
}

TEST_F(OutputQueueTest, AfterEosEventsPassAndFramesDoNot) {
  queue_.fail(GST_FLOW_EOS);
  EXPECT_EQ(queue_.push(frame()), GST_FLOW_EOS);
  EXPECT_EQ(queue_.push(tags()), GST_FLOW_OK);
  EXPECT_NE(queue_.pop(), nullptr);
}

// The frames of the new stream are taken at once, those of the old one are not shown any more.
TEST_F(OutputQueueTest, AfterEosAnotherStreamIsTakenFromItsFirstEventOn) {
  queue_.push(frame());
  queue_.fail(GST_FLOW_EOS);
  EXPECT_EQ(queue_.push(segment()), GST_FLOW_OK);
  EXPECT_EQ(queue_.push(frame()), GST_FLOW_OK);
  expect_next(GST_EVENT_SEGMENT);
  expect_frame_next();
  EXPECT_FALSE(queue_.fail(GST_FLOW_EOS));
  EXPECT_EQ(queue_.push(frame()), GST_FLOW_EOS);
}

TEST_F(OutputQueueTest, EosOfTheOldStreamDoesNotRefuseTheNextThatWaits) {
  queue_.push(frame());
  queue_.pop();
  queue_.push(frame());
  queue_.push(segment());
  queue_.fail(GST_FLOW_EOS);
  EXPECT_EQ(queue_.push(frame()), GST_FLOW_OK);
  expect_next(GST_EVENT_SEGMENT);
  expect_frame_next();
}

TEST_F(OutputQueueTest, DrainingWaitsForTheItemUnderWayToo) {
  queue_.push(frame());
  queue_.pop();
  auto drained = std::async(std::launch::async, [this] { return queue_.drain(); });
  EXPECT_EQ(drained.wait_for(50ms), std::future_status::timeout);
  queue_.done();
  ASSERT_EQ(drained.wait_for(10s), std::future_status::ready);
  EXPECT_TRUE(drained.get());
}

TEST_F(OutputQueueTest, DrainingEndsWhenItIsClosed) {
  queue_.push(frame());
  auto drained = std::async(std::launch::async, [this] { return queue_.drain(); });
  EXPECT_EQ(drained.wait_for(50ms), std::future_status::timeout);
  queue_.close();
  EXPECT_FALSE(drained.get());
}

}  // namespace
}  // namespace stip::gst
