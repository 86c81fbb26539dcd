// output=conceal by a real clock: every place is shown in time, whatever happens meanwhile.
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "gst_element_harness.h"
#include "gst_fake_models.h"
#include "gst_leaks.h"
#include "gst_pipeline.h"
#include "prediction_meta.h"

namespace stip::test {
namespace {

class ElementConcealLive : public GstTest, public testing::WithParamInterface<const char*> {
 protected:
  ElementConcealLive() { models_.add("next", 1); }

  static guint64 field(GstElement* element, const char* name) {
    GstStructure* stats = nullptr;
    g_object_get(element, "stats", &stats, nullptr);
    guint64 value = G_MAXUINT64;
    gst_structure_get_uint64(stats, name, &value);
    gst_structure_free(stats);
    return value;
  }
  static void probe(GstElement* element, const char* pad_name, GstPadProbeCallback callback,
                    gpointer data) {
    GstPad* pad = gst_element_get_static_pad(element, pad_name);
    gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, callback, data, nullptr);
    gst_object_unref(pad);
  }
  static std::string source(int frames, int fps) {
    return "videotestsrc is-live=true num-buffers=" + std::to_string(frames) +
           " ! video/x-raw,format=BGR,width=34,height=24,framerate=" + std::to_string(fps) +
           "/1 ! stippredict name=p model=next output=conceal async=" + GetParam();
  }

  FakeModels models_;
};

constexpr GstClockTime kFrame = 40 * GST_MSECOND;

int place_of(GstBuffer* buffer) {
  return static_cast<int>((GST_BUFFER_PTS(buffer) + kFrame / 2) / kFrame);
}

TEST_P(ElementConcealLive, ASinkThatDropsWhatIsLateDropsNothing) {
  static const std::set<int> kLost = {20, 21, 22, 30, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51};
  struct Shown {
    std::vector<int> places;
    std::set<int> concealed;
  } shown;
  Pipeline pipeline(source(70, 25) + " ! fakesink name=out sync=true max-lateness=5000000");
  probe(
      pipeline["p"], "sink",
      [](GstPad*, GstPadProbeInfo* info, gpointer) {
        const int place = place_of(GST_PAD_PROBE_INFO_BUFFER(info));
        return kLost.count(place) > 0 ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
      },
      nullptr);
  probe(
      pipeline["out"], "sink",
      [](GstPad*, GstPadProbeInfo* info, gpointer data) {
        GstBuffer* buffer = GST_PAD_PROBE_INFO_BUFFER(info);
        auto& all = *static_cast<Shown*>(data);
        all.places.push_back(place_of(buffer));
        if (gst::note_of(buffer)->concealed) all.concealed.insert(place_of(buffer));
        return GST_PAD_PROBE_OK;
      },
      &shown);
  ASSERT_TRUE(pipeline.run()) << pipeline.error();
  std::vector<int> every;
  for (int place = 0; place < 70; ++place) every.push_back(place);
  EXPECT_EQ(shown.places, every);
  for (int place : kLost) EXPECT_EQ(shown.concealed.count(place), 1u) << place;
  EXPECT_EQ(field(pipeline["out"], "rendered"), 70u);
  EXPECT_EQ(field(pipeline["out"], "dropped"), 0u);
}

TEST_P(ElementConcealLive, StatesInEveryOrderWhileFramesAreMissing) {
  Pipeline pipeline(source(-1, 200) + " ! fakesink sync=true");
  std::atomic<int> count{0};
  probe(
      pipeline["p"], "sink",
      [](GstPad*, GstPadProbeInfo*, gpointer data) {
        return ++*static_cast<std::atomic<int>*>(data) % 3 == 0 ? GST_PAD_PROBE_OK
                                                                : GST_PAD_PROBE_DROP;
      },
      &count);
  const GstState states[] = {GST_STATE_PLAYING, GST_STATE_PAUSED, GST_STATE_PLAYING,
                             GST_STATE_READY,   GST_STATE_PAUSED, GST_STATE_PLAYING,
                             GST_STATE_NULL,    GST_STATE_PLAYING};
  guint64 concealed = 0;
  for (int i = 0; i < 80; ++i) {
    ASSERT_TRUE(pipeline.reach(states[i % 8])) << pipeline.error();
    g_usleep(static_cast<gulong>((i * 31) % 60) * 1000);
    concealed += field(pipeline["p"], "concealed");
  }
  EXPECT_GT(concealed, 20u);
}

// A timer that fires into a flush, a change of output, of clock or of state.
TEST_P(ElementConcealLive, EventsWhileTheClockFires) {
  ElementHarness h("model=next output=conceal async=" + std::string(GetParam()));
  const GstVideoInfo info = video_info(GST_VIDEO_FORMAT_BGR, 8, 6);
  GstClock* clock = gst_system_clock_obtain();
  gst_element_set_clock(h.element(), clock);
  gst_element_set_base_time(h.element(), gst_clock_get_time(clock));
  gst_element_set_state(h.element(), GST_STATE_PAUSED);
  gst_element_set_state(h.element(), GST_STATE_PLAYING);
  gst_harness_set_drop_buffers(h.harness(), TRUE);
  h.start(info);
  std::atomic<bool> stop{false};
  std::thread events([&] {
    for (int i = 0; !stop; ++i) {
      g_usleep(static_cast<gulong>((i * 37) % 20) * 1000);
      h.push_event(gst_event_new_flush_start());
      h.push_event(gst_event_new_flush_stop(FALSE));
      h.push_segment(0, GST_CLOCK_TIME_NONE);
    }
  });
  std::thread settings([&] {
    for (int i = 0; !stop; ++i) {
      g_usleep(7000);
      h.set("output", i % 4 == 3 ? "original" : "conceal");
      gst_element_set_clock(h.element(), i % 3 == 2 ? nullptr : clock);
      if (i % 5 == 4) gst_element_set_state(h.element(), GST_STATE_PAUSED);
      if (i % 5 == 4) gst_element_set_state(h.element(), GST_STATE_PLAYING);
    }
  });
  const GstClockTime begin = gst_element_get_base_time(h.element());
  for (int i = 0; i < 300; ++i) {
    const GstClockTime time = gst_clock_get_time(clock) - begin;
    BufferPtr buffer = flat_picture(info, i, 0);
    GST_BUFFER_PTS(buffer.get()) = time;
    GST_BUFFER_DURATION(buffer.get()) = 2 * GST_MSECOND;
    h.push(std::move(buffer));
    g_usleep(i % 10 < 7 ? 2000 : 15000);
  }
  stop = true;
  events.join();
  settings.join();
  EXPECT_GT(h.stat("concealed"), 20u);
  gst_element_set_clock(h.element(), nullptr);
  gst_object_unref(clock);
}

INSTANTIATE_TEST_SUITE_P(Async, ElementConcealLive, testing::Values("true", "false"),
                         [](const auto& async) {
                           return std::string(async.param) == "true" ? "Worker" : "NoWorker";
                         });

}  // namespace
}  // namespace stip::test
