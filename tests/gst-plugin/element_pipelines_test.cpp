#include <gtest/gtest.h>

#include "gst_leaks.h"
#include "gst_pipeline.h"

namespace stip::test {
namespace {

constexpr const char* kSource =
    "videotestsrc pattern=ball animation-mode=frames num-buffers=15 ! "
    "video/x-raw,width=34,height=24,framerate=25/1";
constexpr const char* kSink = " sync=false wait-on-eos=false ";

class ElementPipelines : public GstTest {
 protected:
  static std::vector<std::vector<std::uint8_t>> contents(const std::vector<BufferPtr>& buffers) {
    std::vector<std::vector<std::uint8_t>> all;
    for (const BufferPtr& buffer : buffers) all.push_back(bytes(buffer.get()));
    return all;
  }

  static std::vector<std::vector<std::uint8_t>> solo(const std::string& elements) {
    Pipeline pipeline(std::string(kSource) + " ! " + elements + " ! appsink name=out" + kSink);
    EXPECT_TRUE(pipeline.run()) << pipeline.error();
    return contents(pipeline.pull_all());
  }
};

TEST_F(ElementPipelines, TheSameClipTwiceGivesTheSameBytes) {
  for (const char* properties : {"horizon=3", "horizon=3 output=side-by-side"}) {
    const std::string element = std::string("stippredict model=copy-last ") + properties;
    EXPECT_EQ(solo(element), solo(element)) << properties;
  }
}

TEST_F(ElementPipelines, TwoInParallelGiveWhatEachGivesAlone) {
  const std::string near = "stippredict model=copy-last horizon=1";
  const std::string far = "stippredict model=copy-last horizon=6 output=side-by-side";
  Pipeline pipeline(std::string(kSource) + " ! tee name=t t. ! queue ! " + near +
                    " ! appsink name=a" + kSink + "t. ! queue ! " + far + " ! appsink name=b" +
                    kSink);
  ASSERT_TRUE(pipeline.run());
  EXPECT_EQ(contents(pipeline.pull_all("a")), solo(near));
  EXPECT_EQ(contents(pipeline.pull_all("b")), solo(far));
}

TEST_F(ElementPipelines, TwoInSeriesAddTheirHorizons) {
  Pipeline pipeline(std::string(kSource) +
                    " ! stippredict model=copy-last horizon=2 ! stippredict model=copy-last "
                    "horizon=3 ! appsink name=out" +
                    kSink);
  ASSERT_TRUE(pipeline.run());
  const std::vector<BufferPtr> buffers = pipeline.pull_all();
  ASSERT_EQ(buffers.size(), 15u);
  EXPECT_EQ(GST_BUFFER_PTS(buffers.front().get()), 5 * kStep);
}

// videorate marks what it puts in as gaps.
TEST_F(ElementPipelines, PredictsBehindARateThatWasDoubled) {
  const auto predicted = solo(
      "videorate ! video/x-raw,framerate=50/1 ! stippredict model=copy-last context=4 async=false");
  EXPECT_GE(predicted.size(), 25u);
  EXPECT_LE(predicted.size(), 27u) << "30 frames, the first three without a context";
}

// What is before it may offer video of any kind of memory (video/x-raw(ANY)) until it has got some.
TEST_F(ElementPipelines, StartsBehindElementsThatHaveNotChosenTheirMemory) {
  for (const char* before : {"videorate", "imagefreeze", "videorate ! video/x-raw(ANY)"}) {
    Pipeline pipeline(std::string("appsrc name=in ! ") + before +
                      " ! stippredict model=copy-last ! fakesink");
    EXPECT_NE(pipeline.ask(GST_STATE_PAUSED), GST_STATE_CHANGE_FAILURE) << before;
  }
}

TEST_F(ElementPipelines, TheFirstPipelineOfTheDocumentation) {
  Pipeline pipeline(
      "videotestsrc num-buffers=10 ! videoconvert ! stippredict model=copy-last horizon=4 ! "
      "videoconvert ! fakesink");
  EXPECT_TRUE(pipeline.run()) << pipeline.error();
}

TEST_F(ElementPipelines, IntoACompositorBesideTheOriginal) {
  for (int horizon : {1, 8}) {
    Pipeline pipeline(std::string(kSource) +
                      " ! tee name=t  t. ! queue ! c.  t. ! queue ! stippredict model=copy-last "
                      "horizon=" +
                      std::to_string(horizon) + " ! c.  compositor name=c ! appsink name=out" +
                      kSink);
    ASSERT_TRUE(pipeline.run()) << pipeline.error();
    EXPECT_GE(pipeline.pull_all().size(), 15u);
  }
}

TEST_F(ElementPipelines, AVideoOfOddSizeIsEncodedSideBySide) {
  GstElementFactory* encoder = gst_element_factory_find("x264enc");
  if (encoder == nullptr) GTEST_SKIP() << "no x264enc here";
  gst_object_unref(encoder);
  Pipeline pipeline(
      "videotestsrc num-buffers=20 ! video/x-raw,width=51,height=33,framerate=25/1 ! "
      "stippredict model=copy-last horizon=5 output=side-by-side ! videoconvert ! videoscale ! "
      "video/x-raw,format=I420,width=[2,8192,2],height=[2,8192,2] ! "
      "x264enc speed-preset=ultrafast ! h264parse ! appsink name=out" +
      std::string(kSink));
  ASSERT_TRUE(pipeline.run()) << pipeline.error();
  EXPECT_EQ(pipeline.pull_all().size(), 20u);
}

TEST_F(ElementPipelines, SettingsChangeWhilePlayingWithoutAnError) {
  Pipeline pipeline(
      "videotestsrc num-buffers=400 ! video/x-raw,width=34,height=24,framerate=25/1 ! "
      "stippredict name=p model=copy-last ! fakesink sync=false");
  ASSERT_TRUE(pipeline.reach(GST_STATE_PAUSED));
  pipeline.ask(GST_STATE_PLAYING);
  GObject* element = G_OBJECT(pipeline["p"]);
  const char* outputs[] = {"predicted", "side-by-side", "original"};
  for (int i = 0; i < 300; ++i) {
    g_object_set(element, "horizon", 1 + i % 64, nullptr);
    gst_util_set_object_arg(element, "output", outputs[i % 3]);
    gst_util_set_object_arg(element, "timestamps", i % 2 == 0 ? "source" : "target");
    if (i % 5 == 0) g_signal_emit_by_name(element, "reset");
    GstStructure* stats = nullptr;
    g_object_get(element, "stats", &stats, nullptr);
    gst_structure_free(stats);
  }
  EXPECT_TRUE(pipeline.wait_for_eos()) << pipeline.error();
  GstStructure* stats = nullptr;
  g_object_get(element, "stats", &stats, nullptr);
  guint64 frames = 0;
  guint64 predicted = 0;
  guint64 skipped = 0;
  gst_structure_get(stats, "frames-in", G_TYPE_UINT64, &frames, "predicted", G_TYPE_UINT64,
                    &predicted, "skipped", G_TYPE_UINT64, &skipped, nullptr);
  EXPECT_EQ(frames, 400u);
  EXPECT_EQ(frames, predicted + skipped);
  gst_structure_free(stats);
}

}  // namespace
}  // namespace stip::test
