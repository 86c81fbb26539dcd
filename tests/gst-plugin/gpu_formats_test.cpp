// The same pictures through the host's memory and a GPU's.
#include "gst_gpu_pipeline.h"

namespace stip::test {
namespace {

class GpuFormats : public GpuTest, public ::testing::WithParamInterface<GstVideoFormat> {
 protected:
  std::vector<std::vector<std::uint8_t>> run(const GstVideoInfo& info, const std::string& middle) {
    Pipeline pipeline(kIn + middle + kOut);
    set_caps(pipeline, caps_of(info));
    feed(pipeline, info, 7);
    EXPECT_TRUE(pipeline.run()) << pipeline.error();
    return contents(info, pipeline.pull_all());
  }
};

TEST_P(GpuFormats, PredictionsEqualThoseThroughTheHost) {
  // GStreamer 1.22 lays planes of a GPU's I420 over each other where the height is odd.
  const GstVideoInfo info = video_info(GetParam(), 33, 18);
  const auto host = run(info, predict());
  const auto gpu = run(info, kToGpu + predict() + " ! cudadownload");
  EXPECT_EQ(host.size(), 5u);
  // Bytes of RGB are neither converted nor rounded on their way. (What GStreamer's converter does
  // to YUV with 8 bits is up to four levels off: see gpu_layout_test.cpp.)
  EXPECT_LE(difference(host, gpu), GST_VIDEO_INFO_IS_YUV(&info) ? 6 : 0);
}

std::string name_of(const testing::TestParamInfo<GstVideoFormat>& given) {
  return gst_video_format_to_string(given.param);
}

INSTANTIATE_TEST_SUITE_P(All, GpuFormats,
                         testing::Values(GST_VIDEO_FORMAT_BGR, GST_VIDEO_FORMAT_RGB,
                                         GST_VIDEO_FORMAT_BGRx, GST_VIDEO_FORMAT_RGBx,
                                         GST_VIDEO_FORMAT_BGRA, GST_VIDEO_FORMAT_RGBA,
                                         GST_VIDEO_FORMAT_ARGB, GST_VIDEO_FORMAT_ABGR,
                                         GST_VIDEO_FORMAT_NV12, GST_VIDEO_FORMAT_NV21,
                                         GST_VIDEO_FORMAT_I420, GST_VIDEO_FORMAT_YV12),
                         name_of);

}  // namespace
}  // namespace stip::test
