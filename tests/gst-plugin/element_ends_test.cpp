// Ends, seeks and pads at moments that nobody chose: nothing hangs, leaks or is miscounted.
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#include "gst_fake_models.h"
#include "gst_leaks.h"
#include "gst_pipeline.h"
#include "in_time.h"

namespace stip::test {
namespace {

class ElementEnds : public GstTest, public ::testing::WithParamInterface<const char*> {
 protected:
  ElementEnds() { models_.add("slow", 2, 3); }

  static std::string element() {
    return "stippredict name=p model=slow max-latency=10000000000 async=" + std::string(GetParam());
  }
  static constexpr const char* kBranches =
      " ! fakesink name=s  p.original ! fakesink name=o  p.pred_3 ! fakesink name=a ";

  // Frames that came in, however they were counted afterwards.
  static void count_frames(Pipeline& pipeline, std::atomic<guint64>& frames) {
    GstPad* pad = gst_element_get_static_pad(pipeline["p"], "sink");
    gst_pad_add_probe(
        pad, GST_PAD_PROBE_TYPE_BUFFER,
        [](GstPad*, GstPadProbeInfo*, gpointer count) {
          ++*static_cast<std::atomic<guint64>*>(count);
          return GST_PAD_PROBE_OK;
        },
        &frames, nullptr);
    gst_object_unref(pad);
  }

  static void expect_sums(Pipeline& pipeline, guint64 frames) {
    GstStructure* stats = nullptr;
    g_object_get(pipeline["p"], "stats", &stats, nullptr);
    guint64 came = 0, predicted = 0, skipped = 0, by_cause = 0;
    gst_structure_get(stats, "frames-in", G_TYPE_UINT64, &came, "predicted", G_TYPE_UINT64,
                      &predicted, "skipped", G_TYPE_UINT64, &skipped, nullptr);
    for (int i = 0; i < gst_structure_n_fields(stats); ++i) {
      const std::string name = gst_structure_nth_field_name(stats, static_cast<guint>(i));
      guint64 count = 0;
      if (name.rfind("skipped-", 0) != 0) continue;
      ASSERT_TRUE(gst_structure_get_uint64(stats, name.c_str(), &count));
      by_cause += count;
    }
    gst_structure_free(stats);
    EXPECT_EQ(came, frames);
    EXPECT_EQ(skipped, frames - predicted);
    EXPECT_EQ(by_cause, skipped);
  }

  FakeModels models_;
};

TEST_P(ElementEnds, EosAfterEveryNumberOfFramesReachesAllSinks) {
  for (int n = 0; n <= 8; ++n) {
    std::atomic<guint64> frames{0};
    Pipeline pipeline("videotestsrc num-buffers=" + std::to_string(n) +
                      " ! video/x-raw,width=16,height=16,framerate=25/1 ! " + element() +
                      " horizon=2" + kBranches);
    count_frames(pipeline, frames);
    for (const char* sink : {"s", "o", "a"}) g_object_set(pipeline[sink], "async", FALSE, nullptr);
    in_time("EOS", [&] { ASSERT_TRUE(pipeline.run()) << n << ": " << pipeline.error(); });
    EXPECT_EQ(frames, static_cast<guint64>(n));
    expect_sums(pipeline, static_cast<guint64>(n));
  }
}

// Also where src shows frames as they come, beside predictions that are still being made.
TEST_P(ElementEnds, WhoSeesTheEndReadsCompleteStatistics) {
  for (const char* output :
       {"predicted", "original", "side-by-side", "difference", "heat-map", "conceal"}) {
    std::atomic<guint64> frames{0};
    Pipeline pipeline("videotestsrc num-buffers=20 ! video/x-raw,width=16,height=16 ! " +
                      element() + " output=" + output + " ! fakesink");
    count_frames(pipeline, frames);
    in_time("EOS", [&] { ASSERT_TRUE(pipeline.run()) << pipeline.error(); });
    SCOPED_TRACE(output);
    expect_sums(pipeline, 20);
  }
}

TEST_P(ElementEnds, AnEosFromTheApplicationAtAnyMomentReachesAllSinks) {
  std::mt19937 random(11);
  for (int round = 0; round < 15; ++round) {
    std::atomic<guint64> frames{0};
    Pipeline pipeline(
        "videotestsrc is-live=true ! video/x-raw,width=16,height=16,framerate=200/1 ! " +
        element() + " horizon=2" + kBranches);
    count_frames(pipeline, frames);
    for (const char* sink : {"s", "o", "a"}) g_object_set(pipeline[sink], "async", FALSE, nullptr);
    in_time("EOS", [&] {
      ASSERT_NE(pipeline.ask(GST_STATE_PLAYING), GST_STATE_CHANGE_FAILURE);
      g_usleep(random() % 30000);
      gst_element_send_event(pipeline.get(), gst_event_new_eos());
      EXPECT_TRUE(pipeline.wait_for_eos()) << pipeline.error();
    });
    expect_sums(pipeline, frames);
    in_time("stopping", [&] { pipeline.ask(GST_STATE_NULL); });
  }
}

// A sink on a pad that is requested now and released soon, wherever its frames are then. One that
// waits for the clock is stopped first, as applications must.
void visit(Pipeline& pipeline, const char* name, bool sync, gulong stay) {
  GstElement* sink = gst_element_factory_make("fakesink", nullptr);
  g_object_set(sink, "sync", sync, "async", FALSE, nullptr);
  gst_bin_add(GST_BIN(pipeline.get()), sink);
  gst_element_sync_state_with_parent(sink);
  GstElement* element = pipeline["p"];
  GstPad* pad = gst_element_request_pad_simple(element, name);
  ASSERT_NE(pad, nullptr) << name;
  GstPad* peer = gst_element_get_static_pad(sink, "sink");
  EXPECT_EQ(gst_pad_link(pad, peer), GST_PAD_LINK_OK);
  gst_object_unref(peer);
  g_usleep(stay);
  const auto release = [&] { gst_element_release_request_pad(element, pad); };
  if (!sync) in_time("releasing a pad", release);
  gst_element_set_locked_state(sink, TRUE);  // or the seek's way back to PLAYING takes it along
  in_time("stopping a sink", [&] { gst_element_set_state(sink, GST_STATE_NULL); });
  if (sync) in_time("releasing a pad", release);
  gst_object_unref(pad);
  gst_bin_remove(GST_BIN(pipeline.get()), sink);
}

TEST_P(ElementEnds, PadsComeAndGoWhileItSeeksAnywhere) {
  std::atomic<guint64> frames{0};
  Pipeline pipeline("videotestsrc ! video/x-raw,width=16,height=16,framerate=100/1 ! " + element() +
                    " ! fakesink sync=true name=main");
  count_frames(pipeline, frames);
  ASSERT_TRUE(pipeline.reach(GST_STATE_PLAYING));
  std::atomic<bool> stop{false};
  std::thread visiting([&] {
    std::mt19937 random(5);
    const char* const names[] = {"original", "pred_%u", "pred_5"};
    while (!stop) visit(pipeline, names[random() % 3], random() % 2 == 0, random() % 20000);
  });
  std::mt19937 random(23);
  for (int i = 0; i < 100; ++i) {
    in_time("a seek", [&] { pipeline.seek(random() % 1000 * 10 * GST_MSECOND); });
    g_usleep(random() % 8000);
  }
  stop = true;
  visiting.join();
  EXPECT_TRUE(pipeline.reach(GST_STATE_PAUSED));
  EXPECT_EQ(pipeline.error(0), "");
  in_time("stopping", [&] { EXPECT_TRUE(pipeline.reach(GST_STATE_NULL)); });
  expect_sums(pipeline, frames);
}

// One branch slow, ended, failed or stopped while it is linked.
TEST_P(ElementEnds, OneBranchDoesNotStopTheOthers) {
  for (const std::string branch : {"identity sleep-time=15000 ! fakesink",
                                   "identity eos-after=5 ! fakesink", "fakesink name=x"}) {
    Pipeline pipeline(
        "videotestsrc is-live=true ! video/x-raw,width=16,height=16,framerate=100/1 ! " +
        element() +
        " ! fakesink  p.original ! appsink name=out sync=false max-buffers=100 "
        "drop=true  p.pred_3 ! " +
        branch + " sync=false async=false");
    in_time("PLAYING", [&] { ASSERT_TRUE(pipeline.reach(GST_STATE_PLAYING)) << branch; });
    const bool stops = branch.find("name=x") != std::string::npos;
    std::size_t seen = 0;
    in_time("sixty frames", [&] {
      while (seen < 60) {
        g_usleep(10000);
        seen += pipeline.pull_all().size();
        if (!stops || seen < 10) continue;
        gst_element_set_locked_state(pipeline["x"], TRUE);
        gst_element_set_state(pipeline["x"], GST_STATE_NULL);
      }
    });
    EXPECT_EQ(pipeline.error(0), "") << branch;
    in_time("stopping", [&] { pipeline.ask(GST_STATE_NULL); });
  }
}

TEST_P(ElementEnds, AnErrorOfOneBranchEndsAll) {
  Pipeline pipeline(
      "videotestsrc is-live=true ! video/x-raw,width=16,height=16,framerate=100/1 ! " + element() +
      " ! fakesink async=false  p.original ! fakesink async=false  p.pred_3 ! identity "
      "error-after=5 ! fakesink async=false");
  in_time("the error", [&] { EXPECT_FALSE(pipeline.run()); });
  EXPECT_NE(pipeline.error(0), "");
}

INSTANTIATE_TEST_SUITE_P(Async, ElementEnds, ::testing::Values("false", "true"));

}  // namespace
}  // namespace stip::test
