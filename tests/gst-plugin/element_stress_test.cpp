// Everything at once, for a while: nothing may hang, crash, leak or warn.
#include <gtest/gtest.h>

#include "gst_element_harness.h"
#include "gst_fake_models.h"
#include "gst_leaks.h"
#include "gst_pipeline.h"

namespace stip::test {
namespace {

class ElementStress : public GstTest, public ::testing::WithParamInterface<const char*> {
 protected:
  ElementStress() { models_.add("slow", 2, 2); }
  GstVideoInfo info_ = video_info(GST_VIDEO_FORMAT_BGR, 8, 6);
  FakeModels models_;
};

TEST_P(ElementStress, PadsPropertiesAndEventsWhileFramesFlow) {
  ElementHarness h("model=slow async=" + std::string(GetParam()));
  h.start(info_);
  GstHarness* harness = h.harness();
  gst_harness_set_drop_buffers(harness, TRUE);
  const gst::EventPtr qos(gst_event_new_qos(GST_QOS_TYPE_UNDERFLOW, 1.0, 1, 1));
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  GValue output = G_VALUE_INIT;
  g_value_init(&output, G_TYPE_INT);
  g_value_set_int(&output, 5);
  GstPadTemplate* original = gst_element_get_pad_template(h.element(), "original");
  GstPadTemplate* prediction = gst_element_get_pad_template(h.element(), "pred_%u");
  GstHarnessThread* threads[] = {
      gst_harness_stress_push_buffer_start(harness, caps_of(info_).get(), &segment,
                                           picture(info_, 0, 0).get()),
      gst_harness_stress_requestpad_start(harness, prediction, nullptr, nullptr, TRUE),
      gst_harness_stress_requestpad_start(harness, original, nullptr, nullptr, TRUE),
      gst_harness_stress_property_start(harness, "horizon", &output),
      gst_harness_stress_send_upstream_event_start(harness, qos.get())};
  g_usleep(500000);
  for (GstHarnessThread* thread : threads) EXPECT_GT(gst_harness_stress_thread_stop(thread), 0u);
  g_value_unset(&output);
}

TEST_P(ElementStress, AHundredFlushingSeeksAnywhere) {
  Pipeline pipeline(
      "videotestsrc ! video/x-raw,width=32,height=24,framerate=25/1 ! stippredict name=p "
      "model=slow async=" +
      std::string(GetParam()) +
      " ! fakesink sync=true  p.original ! fakesink sync=true  p.pred_4 ! fakesink sync=true");
  ASSERT_TRUE(pipeline.reach(GST_STATE_PLAYING));
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(pipeline.seek(static_cast<GstClockTime>((i * 7919) % 100) * 100 * GST_MSECOND));
    g_usleep(static_cast<gulong>((i * 31) % 7) * 1000);
    if (i % 10 == 4) gst_util_set_object_arg(G_OBJECT(pipeline["p"]), "output", "side-by-side");
    if (i % 10 == 9) gst_util_set_object_arg(G_OBJECT(pipeline["p"]), "output", "predicted");
  }
  EXPECT_TRUE(pipeline.reach(GST_STATE_PLAYING));
  EXPECT_EQ(pipeline.error(0), "");
  EXPECT_TRUE(pipeline.reach(GST_STATE_NULL));
}

INSTANTIATE_TEST_SUITE_P(Async, ElementStress, ::testing::Values("false", "true"));

}  // namespace
}  // namespace stip::test
