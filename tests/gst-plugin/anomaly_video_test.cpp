#include <gst/app/gstappsink.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "anomaly_alarm.h"
#include "gst_element_harness.h"
#include "gst_messages.h"
#include "gst_pipeline.h"
#include "stip/predictor.h"

// Alarms on real frames: 100 of a square where people walk, forwards and then backwards.
namespace stip::gst {
namespace {

constexpr double kThreshold = 1.2;
constexpr int kWidth = 384;  // half the clip's size: a sketch keeps no more of it
constexpr int kHeight = 288;
constexpr int kFrames = 100;

using Pixels = std::vector<std::uint8_t>;

std::vector<Pixels> decoded() {
  test::Pipeline pipeline(
      "filesrc location=" STIP_SQUARE
      " ! qtdemux ! h264parse ! avdec_h264 ! videoconvert ! videoscale"
      " ! video/x-raw,format=BGR,width=384,height=288 ! appsink name=out sync=false");
  pipeline.ask(GST_STATE_PLAYING);
  auto* sink = reinterpret_cast<GstAppSink*>(pipeline["out"]);
  std::vector<Pixels> frames;
  while (GstSample* sample = gst_app_sink_try_pull_sample(sink, 10 * GST_SECOND)) {
    frames.push_back(test::bytes(gst_sample_get_buffer(sample)));
    gst_sample_unref(sample);
  }
  return frames;
}

// Of the clip played forwards, backwards, forwards ...
Pixels square_frame(int number) {
  static const std::vector<Pixels> frames = decoded();
  EXPECT_EQ(frames.size(), static_cast<std::size_t>(kFrames));
  const int there_and_back = number % (2 * kFrames - 2);
  const int index = std::min(there_and_back, 2 * kFrames - 2 - there_and_back);
  return frames.at(static_cast<std::size_t>(index));
}

FrameView view_of(const Pixels& pixels) {
  return {pixels.data(), kWidth, kHeight, std::ptrdiff_t{3} * kWidth, PixelOrder::kBgr};
}

// What the element does: predicts the next frame from each, and judges the prediction when it
// comes.
class Watch {
 public:
  explicit Watch(const std::string& model, std::optional<ErrorQuantiles> calibrated = std::nullopt)
      : alarm_(std::move(calibrated)), future_(std::size_t{3} * kWidth * kHeight) {
    PredictorOptions options;
    options.width = kWidth;
    options.height = kHeight;
    predictor_ = load_model({model})->make_predictor(options);
  }

  std::optional<AlarmEvent> frame(int number, const Pixels& pixels) {
    std::optional<AlarmEvent> event;
    if (prediction_.has_value()) {
      FrameMoment moment;
      moment.pts = static_cast<GstClockTime>(number);
      const ErrorMap errors = error_map(make_sketch(view_of(pixels)), *prediction_);
      largest.push_back(errors.largest());
      event = alarm_.add(moment, errors, kThreshold);
    }
    predictor_->push(view_of(pixels));
    if (predictor_->ready()) {
      predictor_->predict(
          {{future_.data(), kWidth, kHeight, std::ptrdiff_t{3} * kWidth, PixelOrder::kBgr}});
      prediction_ = make_sketch(view_of(future_));
    }
    return event;
  }

  bool active() const { return alarm_.active(); }

  std::vector<double> largest;

 private:
  AnomalyAlarm alarm_;
  std::unique_ptr<Predictor> predictor_;
  Pixels future_;
  std::optional<Sketch> prediction_;
};

struct Intruder {
  const char* name;
  int blue, green, red;
  Box at;       // when it appears
  int x_speed;  // pixels a frame
};

constexpr int kComes = 70;
constexpr int kGoes = 90;

Box place_of(const Intruder& intruder, int frame) {
  Box box = intruder.at;
  box.x += (frame - kComes) * intruder.x_speed;
  return box;
}

// Stripes of two shades, as clothes have.
void paste(const Intruder& intruder, int frame, Pixels* pixels) {
  const Box box = place_of(intruder, frame);
  for (int y = box.y; y < box.y + box.height; ++y) {
    for (int x = box.x; x < box.x + box.width; ++x) {
      std::uint8_t* pixel = pixels->data() + std::ptrdiff_t{3} * (std::ptrdiff_t{y} * kWidth + x);
      const int shade = (y - box.y) / 6 % 2 == 0 ? 100 : 85;
      pixel[0] = static_cast<std::uint8_t>(intruder.blue * shade / 100);
      pixel[1] = static_cast<std::uint8_t>(intruder.green * shade / 100);
      pixel[2] = static_cast<std::uint8_t>(intruder.red * shade / 100);
    }
  }
}

double overlap(const Box& a, const Box& b) {
  const int width = std::min(a.x + a.width, b.x + b.width) - std::max(a.x, b.x);
  const int height = std::min(a.y + a.height, b.y + b.height) - std::max(a.y, b.y);
  const double both = std::max(width, 0) * std::max(height, 0);
  return both / (a.width * a.height + b.width * b.height - both);
}

// From frame `first` of the clip on.
void expect_alarm(Watch& watch, const Intruder& intruder, int first = 0) {
  std::optional<AlarmEvent> begun;
  std::optional<AlarmEvent> ended;
  for (int i = first; i < kGoes + 12; ++i) {
    Pixels pixels = square_frame(i);
    if (i >= kComes && i < kGoes) paste(intruder, i, &pixels);
    const auto event = watch.frame(i, pixels);
    if (!event.has_value()) continue;
    if (!begun.has_value()) begun = event;
    if (!event->start) ended = event;
  }
  ASSERT_TRUE(begun.has_value()) << intruder.name;
  EXPECT_GE(static_cast<int>(begun->moment.pts), kComes) << intruder.name;
  EXPECT_LT(static_cast<int>(begun->moment.pts), kComes + 5) << intruder.name;
  const Box truth = place_of(intruder, static_cast<int>(begun->moment.pts));
  EXPECT_GE(overlap(begun->box, truth), 0.3)
      << intruder.name << ": " << begun->box.x << "," << begun->box.y << " " << begun->box.width
      << "x" << begun->box.height;
  EXPECT_FALSE(watch.active()) << intruder.name;
  ASSERT_TRUE(ended.has_value()) << intruder.name;
  EXPECT_LE(static_cast<int>(ended->moment.pts), kGoes + 10) << intruder.name;
}

// What they stand out from is people in dark clothes on a light square. (Blue on the lawn or yellow
// before the bricks are no surprise beside those.)
const Intruder kIntruders[] = {{"white", 245, 245, 245, {60, 165, 35, 50}, 2},
                               {"red", 30, 30, 230, {260, 165, 35, 60}, -3},
                               {"black", 10, 10, 10, {175, 125, 30, 55}, 2}};

// Of copy-last on the first 400 frames of vtest.avi, of which these are the last 100.
ErrorQuantiles calibrated_copy_last() {
  return {399, {3011, 3864, 5280, 6771, 8599, 11726, 13234, 13234}};
}

void expect_quiet(Watch& watch, int frames) {
  for (int i = 0; i < frames; ++i) {
    EXPECT_FALSE(watch.frame(i, square_frame(i)).has_value()) << i;
  }
}

TEST(AnomalyVideo, CopyLastRaisesNoAlarmOn200CleanFrames) {
  Watch calibrated("copy-last", calibrated_copy_last());
  expect_quiet(calibrated, 201);
  Watch learning("copy-last");
  expect_quiet(learning, 101 + 200);
}

TEST(AnomalyVideo, CopyLastCalibratedFindsIntruders) {
  for (const Intruder& intruder : kIntruders) {
    Watch watch("copy-last", calibrated_copy_last());
    expect_alarm(watch, intruder);
  }
}

// It needs 100 frames first.
TEST(AnomalyVideo, CopyLastLearningAsItGoesFindsIntruders) {
  for (const Intruder& intruder : kIntruders) {
    Watch watch("copy-last");
    expect_quiet(watch, 2 * kFrames - 2);
    expect_alarm(watch, intruder);
  }
}

// The element: quiet on 200 clean frames, then an intruder comes and goes.
TEST(AnomalyVideo, TheElementTellsWhenAnIntruderComesAndGoesAndWhere) {
  const Intruder& intruder = kIntruders[0];
  constexpr int kClean = 2 * kFrames - 2 + kComes;
  test::ElementHarness h("model=copy-last anomaly-threshold=1.2");
  test::Messages messages(h.element());
  const GstVideoInfo info = test::video_info(GST_VIDEO_FORMAT_BGR, kWidth, kHeight);
  h.start(info);
  for (int i = 0; i < kClean + kGoes - kComes + 12; ++i) {
    const int own = i - (2 * kFrames - 2);  // of the clip's second run
    Pixels pixels = square_frame(i);
    if (own >= kComes && own < kGoes) paste(intruder, own, &pixels);
    test::BufferPtr frame = test::picture(info, 0, i);
    gst_buffer_fill(frame.get(), 0, pixels.data(), pixels.size());
    ASSERT_EQ(h.push(std::move(frame)), GST_FLOW_OK);
  }
  h.finish();
  const auto told = messages.take("stippredict-anomaly");
  // Going away may be a second surprise.
  ASSERT_GE(told.size(), 2u);
  const auto frame_of = [](const GstStructure* message) {
    return static_cast<int>(test::count_field(message, "pts") / test::kStep) - (2 * kFrames - 2);
  };
  EXPECT_STREQ(gst_structure_get_string(told[0].get(), "state"), "start");
  const int began = frame_of(told[0].get());
  EXPECT_GE(began, kComes);
  EXPECT_LT(began, kComes + 5);
  const Box box{test::int_field(told[0].get(), "x"), test::int_field(told[0].get(), "y"),
                test::int_field(told[0].get(), "width"), test::int_field(told[0].get(), "height")};
  EXPECT_GE(overlap(box, place_of(intruder, began)), 0.3);
  EXPECT_STREQ(gst_structure_get_string(told.back().get(), "state"), "end");
  EXPECT_LE(frame_of(told.back().get()), kGoes + 10);
}

TEST(AnomalyVideo, TheEndOfTheStreamEndsAnAlarm) {
  test::ElementHarness h("model=copy-last anomaly-threshold=1.2");
  test::Messages messages(h.element());
  const GstVideoInfo info = test::video_info(GST_VIDEO_FORMAT_BGR, 64, 48);
  h.start(info);
  for (int i = 0; i < 112; ++i) {
    test::BufferPtr frame = test::picture(info, 0, i);
    if (i >= 110) gst_buffer_memset(frame.get(), 0, i % 2 * 255, gst_buffer_get_size(frame.get()));
    h.push(std::move(frame));
  }
  EXPECT_EQ(messages.take("stippredict-anomaly").size(), 1u);
  h.finish();
  const auto told = messages.take("stippredict-anomaly");
  ASSERT_EQ(told.size(), 1u);
  EXPECT_STREQ(gst_structure_get_string(told[0].get(), "state"), "end");
}

#ifdef STIP_SMALL
TEST(AnomalyVideo, TheShippedModelFindsAnIntruderAndNothingElse) {
  Watch clean(STIP_SMALL);
  expect_quiet(clean, 201);
  const auto begin = clean.largest.begin();
  const ErrorQuantiles normal = error_quantiles({begin, begin + 50});
  const AnomalyScorer scorer(normal);
  for (const double error : clean.largest) EXPECT_LT(scorer.score(error), kThreshold);
  Watch watch(STIP_SMALL, normal);
  expect_alarm(watch, kIntruders[0], 60);
}
#endif

}  // namespace
}  // namespace stip::gst
