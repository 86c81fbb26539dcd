#include "prediction_worker.h"

#include <gtest/gtest.h>

#include <future>

namespace stip::gst {
namespace {

using namespace std::chrono_literals;

class PredictionWorkerTest : public ::testing::Test {
 protected:
  // The handler waits at the first frame until it is let go.
  void start() {
    worker_.start([this](PredictionJob& job, bool newest) {
      if (job.kind == PredictionJob::Kind::kFrame) {
        began_.store(true);
        gate_.wait();
      }
      const std::lock_guard<std::mutex> lock(mutex_);
      const bool frame = job.kind == PredictionJob::Kind::kFrame;
      seen_.push_back((frame ? std::to_string(job.pts) : "event") + (newest ? "!" : "") +
                      (frame && job.picture == nullptr ? "-" : ""));
    });
  }

  static PredictionJob frame(GstClockTime pts) {
    PredictionJob job;
    job.pts = pts;
    job.picture = BufferPtr(gst_buffer_new());
    return job;
  }
  static PredictionJob event(GstEvent* event) {
    PredictionJob job;
    job.kind = PredictionJob::Kind::kEvent;
    job.event = EventPtr(event);
    return job;
  }

  void push_frames(GstClockTime first, int count, std::size_t pictures = 100) {
    for (int i = 0; i < count; ++i) {
      worker_.push(frame(first + static_cast<GstClockTime>(i)), pictures);
    }
  }
  void wait_until_it_is_busy() {
    while (!began_) std::this_thread::yield();
  }

  std::promise<void> go_;
  std::shared_future<void> gate_{go_.get_future()};
  std::atomic<bool> began_{false};
  std::mutex mutex_;
  std::vector<std::string> seen_;
  PredictionWorker worker_;
};

using Seen = std::vector<std::string>;

TEST_F(PredictionWorkerTest, OfThoseThatWaitTheNewestWinsAndNoneIsLost) {
  start();
  push_frames(0, 1);
  wait_until_it_is_busy();
  push_frames(1, 2);
  worker_.push(event(gst_event_new_eos()), 100);
  go_.set_value();
  EXPECT_TRUE(worker_.drain(10 * GST_SECOND));
  EXPECT_EQ(seen_, (Seen{"0!", "1", "2!", "event"}));
}

TEST_F(PredictionWorkerTest, OnlyTheNewestKeepTheirPictures) {
  start();
  push_frames(0, 1);
  wait_until_it_is_busy();
  push_frames(1, 4, 2);
  go_.set_value();
  EXPECT_TRUE(worker_.drain(10 * GST_SECOND));
  EXPECT_EQ(seen_, (Seen{"0!", "1-", "2-", "3", "4!"}));
}

TEST_F(PredictionWorkerTest, AFlushTakesFramesAndPositionsAndWakesTheDrain) {
  start();
  push_frames(0, 1);
  wait_until_it_is_busy();
  push_frames(1, 2);
  worker_.push(event(gst_event_new_eos()), 100);
  worker_.push(event(gst_event_new_tag(gst_tag_list_new_empty())), 100);
  auto drained = std::async(std::launch::async, [this] { return worker_.drain(10 * GST_SECOND); });
  EXPECT_EQ(drained.wait_for(50ms), std::future_status::timeout);
  EXPECT_EQ(worker_.flush(1).size(), 3u);
  ASSERT_EQ(drained.wait_for(5s), std::future_status::ready);
  EXPECT_FALSE(drained.get());
  go_.set_value();
  EXPECT_TRUE(worker_.drain(10 * GST_SECOND));
  EXPECT_EQ(seen_, (Seen{"0!", "event"}));
}

TEST_F(PredictionWorkerTest, DrainingIsBounded) {
  start();
  push_frames(0, 1);
  EXPECT_FALSE(worker_.drain(50 * GST_MSECOND));
  go_.set_value();
}

TEST_F(PredictionWorkerTest, StoppingGivesBackWhatWaitsAndWaitsForTheJobUnderWay) {
  start();
  push_frames(0, 1);
  wait_until_it_is_busy();
  push_frames(1, 2);
  EXPECT_EQ(worker_.abort().size(), 2u);
  auto stopped = std::async(std::launch::async, [this] { worker_.stop(); });
  EXPECT_EQ(stopped.wait_for(50ms), std::future_status::timeout);
  go_.set_value();
  ASSERT_EQ(stopped.wait_for(10s), std::future_status::ready);
  EXPECT_EQ(seen_, Seen{"0!"});
  push_frames(5, 1);  // nobody takes it
}

}  // namespace
}  // namespace stip::gst
