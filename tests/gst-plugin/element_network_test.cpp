// A network with memory, in two elements of one process and over seeks: each stream is its own.
#include <gtest/gtest.h>

#include "gst_element_harness.h"
#include "gst_leaks.h"
#include "gst_pipeline.h"

namespace stip::test {
namespace {

using Contents = std::vector<std::vector<std::uint8_t>>;

constexpr const char* kSource =
    "videotestsrc pattern=ball animation-mode=frames ! "
    "video/x-raw,format=BGR,width=48,height=32,framerate=25/1 ! ";
constexpr const char* kNetwork =
    "stippredict device=cpu precision=fp32 threads=1 async=false model=" STIP_SMALL " ";
constexpr const char* kSink = " ! appsink sync=false wait-on-eos=false name=";
constexpr GstClockTime kEnd = 16 * kStep;

class ElementNetwork : public GstTest, public ::testing::WithParamInterface<const char*> {
 protected:
  static Contents contents(const std::vector<BufferPtr>& buffers) {
    Contents all;
    for (const BufferPtr& buffer : buffers) all.push_back(bytes(buffer.get()));
    return all;
  }

  // The first 16 frames.
  static void play(Pipeline& pipeline) {
    ASSERT_TRUE(pipeline.reach(GST_STATE_PAUSED)) << pipeline.error();
    ASSERT_TRUE(pipeline.seek(0, kEnd));
    ASSERT_TRUE(pipeline.run()) << pipeline.error();
  }

  // As the pipelines do it: with the state that is asked for.
  static std::string network(int horizon) {
    return std::string(kNetwork) + "state=" + GetParam() + " horizon=" + std::to_string(horizon);
  }
};

TEST_P(ElementNetwork, TheSameClipTwiceAndAfterASeekGivesTheSameBytes) {
  Pipeline pipeline(kSource + network(2) + kSink + "out");
  play(pipeline);
  const Contents first = contents(pipeline.pull_all());
  EXPECT_GE(first.size(), 5u);
  play(pipeline);
  EXPECT_EQ(contents(pipeline.pull_all()), first) << "after a seek to 0";
  ASSERT_TRUE(pipeline.reach(GST_STATE_READY));
  play(pipeline);
  EXPECT_EQ(contents(pipeline.pull_all()), first) << "after READY";
}

TEST_P(ElementNetwork, TwoInParallelGiveTheBytesOfSoloRuns) {
  const auto solo = [](int horizon) {
    Pipeline pipeline(kSource + network(horizon) + kSink + "out");
    play(pipeline);
    return contents(pipeline.pull_all());
  };
  Pipeline both(std::string(kSource) + "tee name=t  t. ! queue ! " + network(1) + kSink +
                "a  t. ! queue ! " + network(3) + kSink + "b");
  play(both);
  EXPECT_EQ(contents(both.pull_all("a")), solo(1));
  EXPECT_EQ(contents(both.pull_all("b")), solo(3));
}

TEST_P(ElementNetwork, TwoInSeriesGiveTheBytesOfSoloRuns) {
  Pipeline both(std::string(kSource) + network(1) + " ! " + network(2) + kSink + "out");
  play(both);
  const Contents series = contents(both.pull_all());
  EXPECT_GE(series.size(), 3u);
  Pipeline first(kSource + network(1) + kSink + "out");
  play(first);
  ElementHarness second("device=cpu precision=fp32 threads=1 horizon=2 model=" STIP_SMALL
                        " state=" +
                        std::string(GetParam()));
  second.start(video_info(GST_VIDEO_FORMAT_BGR, 48, 32));
  second.push_segment(0, kEnd);
  for (BufferPtr& buffer : first.pull_all()) EXPECT_EQ(second.push(std::move(buffer)), GST_FLOW_OK);
  second.finish();
  EXPECT_EQ(contents(second.buffers), series);
}

INSTANTIATE_TEST_SUITE_P(State, ElementNetwork, ::testing::Values("window", "recurrent"));

}  // namespace
}  // namespace stip::test
