// A Stream with a worker, used from all the threads that use it in a pipeline. What they do to each
// other shows where the sanitizer for threads watches (tests/sanitize.sh thread).
#include <gtest/gtest.h>

#include <atomic>
#include <initializer_list>
#include <mutex>
#include <random>
#include <thread>

#include "gst_fake_model.h"
#include "gst_fake_reporter.h"
#include "gst_pictures.h"
#include "stream.h"

namespace stip::gst {
namespace {

using test::kStep;

// Takes what lies in an outlet's queue, as the task of its pad does.
class Taker {
 public:
  explicit Taker(std::shared_ptr<Outlet> outlet) : outlet_(std::move(outlet)) {
    outlet_->queue.open();
    outlet_->linked = true;
    thread_ = std::thread([this] { run(); });
  }
  ~Taker() {
    ended_ = true;
    outlet_->queue.close();
    thread_.join();
  }
  Taker(const Taker&) = delete;
  Taker& operator=(const Taker&) = delete;

  const std::shared_ptr<Outlet>& outlet() const { return outlet_; }
  int frames() const { return frames_; }

 private:
  void run() {
    while (!ended_) {
      CapsPtr caps;
      const MiniObjectPtr item = outlet_->queue.pop(&caps);
      if (item == nullptr) std::this_thread::yield();  // a flush
      if (item != nullptr && GST_IS_BUFFER(item.get())) ++frames_;
      outlet_->queue.done();
    }
  }

  std::shared_ptr<Outlet> outlet_;
  std::atomic<bool> ended_{false};
  std::atomic<int> frames_{0};
  std::thread thread_;
};

class StreamThreads : public ::testing::Test {
 protected:
  FrameSettings settings() {
    const std::lock_guard<std::mutex> lock(settings_mutex_);
    return settings_;
  }

  void start(int context, std::initializer_list<const Taker*> pads) {
    PredictorSettings predictor;
    predictor.async = Async::kTrue;
    stream_.start(std::make_shared<test::FakeModel>(context), predictor);
    stream_.decide(false);
    for (const Taker* taker : pads) stream_.add(taker->outlet(), settings());
    send(gst_event_new_stream_start("test"));
    begin(4);
  }
  void begin(int width) {
    info_ = test::video_info(GST_VIDEO_FORMAT_BGR, width, 2);
    send(gst_event_new_caps(test::caps_of(info_).get()));
    segment();
  }
  void segment() {
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    send(gst_event_new_segment(&segment));
  }
  void send(GstEvent* event) { stream_.event(EventPtr(event), settings()); }

  // The streaming thread's; `upstream_` is its stream lock.
  void stream(std::mt19937& random) {
    const std::lock_guard<std::mutex> lock(upstream_);
    if (random() % 16 == 0) begin(4 << random() % 2);
    BufferPtr buffer(gst_buffer_new_allocate(nullptr, GST_VIDEO_INFO_SIZE(&info_), nullptr));
    gst_buffer_memset(buffer.get(), 0, 1, GST_VIDEO_INFO_SIZE(&info_));
    GST_BUFFER_PTS(buffer.get()) = index_++ * kStep;
    GST_BUFFER_DURATION(buffer.get()) = kStep;
    stream_.prepare(settings());
    stream_.frame(std::move(buffer));
    ++pushed_;
  }

  void flush(std::mt19937& random) {
    stream_.flush_start();
    if (random() % 2 == 0) std::this_thread::sleep_for(std::chrono::microseconds(300));
    const std::lock_guard<std::mutex> lock(upstream_);
    stream_.flush_stop();
    for (const auto& outlet : stream_.outlets()) outlet->queue.reopen();
    index_ = 0;
    segment();
  }

  // What applications and sinks do meanwhile.
  void meddle(std::mt19937& random) {
    constexpr Output kOutputs[] = {Output::kPredicted, Output::kOriginal, Output::kSideBySide,
                                   Output::kConceal};
    {
      const std::lock_guard<std::mutex> lock(settings_mutex_);
      settings_.output = kOutputs[random() % 4];
      settings_.horizon = 1 + static_cast<int>(random() % 3);
    }
    if (random() % 4 == 0) stream_.request_reset();
    if (random() % 8 == 0) stream_.use(std::make_shared<test::FakeModel>(2));
    stream_.main()->qos.report(1.0, 0, random() % 1000);
    gst_structure_free(telemetry_.structure());
    telemetry_.note_reader(0);
    const Taker late(std::make_shared<Outlet>(OutletKind::kPrediction, "late"));
    stream_.add(late.outlet(), settings());
    std::this_thread::sleep_for(std::chrono::microseconds(500));
    stream_.remove(late.outlet());
  }

  guint64 frames_in() {
    GstStructure* stats = telemetry_.structure();
    guint64 value = 0;
    gst_structure_get_uint64(stats, "frames-in", &value);
    gst_structure_free(stats);
    return value;
  }

  std::mutex settings_mutex_;
  FrameSettings settings_;
  std::mutex upstream_;
  GstVideoInfo info_{};
  std::uint64_t index_ = 0;
  guint64 pushed_ = 0;
  Telemetry telemetry_;
  test::FakeReporter reporter_;
  Stream stream_{telemetry_, reporter_, [](const auto& body) { body(); }};
};

TEST_F(StreamThreads, FramesFlushesPadsAndPropertiesAtOnce) {
  {
    const Taker main(stream_.main());
    const Taker original(std::make_shared<Outlet>(OutletKind::kOriginal, "original"));
    const Taker ahead(std::make_shared<Outlet>(OutletKind::kPrediction, "ahead"));
    start(2, {&original, &ahead});
    std::atomic<bool> stop{false};
    const auto again = [&](auto body, unsigned seed) {
      return std::thread([&stop, body, seed] {
        std::mt19937 random(seed);
        while (!stop) body(random);
      });
    };
    std::thread streaming = again([this](std::mt19937& random) { stream(random); }, 1);
    std::thread flushing = again(
        [this](std::mt19937& random) {
          flush(random);
          std::this_thread::sleep_for(std::chrono::microseconds(random() % 4000));
        },
        2);
    std::thread meddling = again([this](std::mt19937& random) { meddle(random); }, 3);
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    stop = true;
    flushing.join();
    meddling.join();
    streaming.join();
    // Left alone it predicts again.
    const int before = ahead.frames();
    std::mt19937 calm(4);
    for (int i = 0; i < 10000 && ahead.frames() == before; ++i) {
      stream(calm);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    EXPECT_GT(ahead.frames(), before);
    EXPECT_GT(original.frames(), 0);
    EXPECT_TRUE(stream_.drain(10 * GST_SECOND));
    EXPECT_EQ(frames_in(), pushed_) << "each frame is counted once";
    for (const Taker* taker : {&original, &ahead}) stream_.remove(taker->outlet());
    stream_.stop();
  }
  EXPECT_EQ(reporter_.errors, std::vector<std::string>{});
}

TEST_F(StreamThreads, AFrameThatComesWhileTheElementStopsIsCounted) {
  const Taker main(stream_.main());
  start(1, {});
  stream_.abort();
  std::mt19937 random(1);
  stream(random);
  EXPECT_EQ(frames_in(), pushed_);
  stream_.stop();
}

}  // namespace
}  // namespace stip::gst
