// Machines without a GPU that can be used: none there, hidden, or a driver that is too old. The
// environment says which (STIP_FAKE_CUDA_DEVICES, CUDA_VISIBLE_DEVICES, STIP_FAKE_CUDA_VERSION).
#include "gst_gpu_pipeline.h"

namespace stip::test {
namespace {

class NoGpu : public GpuTest {
 protected:
  // libgstcuda's own singletons need no device.
  std::string with_device(const char* device) const {
    return std::string("stippredict name=p async=false precision=fp32 model=") + model_ +
           " device=" + device;
  }
  static bool driver_is_old() { return std::getenv("STIP_FAKE_CUDA_VERSION") != nullptr; }
};

TEST_F(NoGpu, AutoRunsOnTheCpuAndOffersTheHostsMemoryAlone) {
  const GstVideoInfo info = video_info(GST_VIDEO_FORMAT_BGR, 34, 18);
  Pipeline pipeline(kIn + with_device("auto") + kOut);
  set_caps(pipeline, caps_of(info));
  ASSERT_TRUE(pipeline.reach(GST_STATE_READY)) << pipeline.error();
  for (const char* name : {"sink", "src"}) {
    GstPad* pad = gst_element_get_static_pad(pipeline["p"], name);
    const CapsPtr caps(gst_pad_query_caps(pad, nullptr));
    gst_object_unref(pad);
    ASSERT_FALSE(gst_caps_is_empty(caps.get()));
    for (guint i = 0; i < gst_caps_get_size(caps.get()); ++i) {
      EXPECT_FALSE(gst_caps_features_contains(gst_caps_get_features(caps.get(), i),
                                              GST_CAPS_FEATURE_MEMORY_CUDA_MEMORY))
          << name;
    }
  }
  feed(pipeline, info, 5);
  EXPECT_TRUE(pipeline.run()) << pipeline.error();
  EXPECT_EQ(pipeline.pull_all().size(), 3u);
}

TEST_F(NoGpu, AskedForItIsAnErrorThatSaysWhatToDo) {
  Pipeline pipeline(kIn + with_device("cuda") + kOut);
  EXPECT_FALSE(pipeline.reach(GST_STATE_READY));
  const std::string error = pipeline.error();
  EXPECT_EQ(error.rfind(error_name(GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND), 0), 0u);
  EXPECT_NE(error.find(driver_is_old() ? "the NVIDIA driver is for CUDA 11.0 and this build needs"
                                       : "0 usable CUDA devices were found; use device=cpu"),
            std::string::npos)
      << error;
}

TEST_F(NoGpu, VideoThatIsInAGpusMemoryAloneIsAnErrorThatSaysWhatToDo) {
  const std::string built_in = "stippredict name=p model=copy-last";
  for (const std::string& element : {with_device("auto"), built_in}) {
    // An upstream that says so when it is asked, and one that comes with it.
    for (const char* filter : {"video/x-raw(memory:CUDAMemory) ! ", ""}) {
      Pipeline pipeline(kIn + std::string(filter) + element + kOut);
      set_caps(pipeline, gpu_caps_of(video_info(GST_VIDEO_FORMAT_NV12, 34, 18)));
      feed(pipeline, video_info(GST_VIDEO_FORMAT_NV12, 34, 18), 2);
      EXPECT_FALSE(pipeline.run());
      const std::string error = pipeline.error();
      EXPECT_EQ(
          error.rfind(*filter != '\0' ? error_name(GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_SETTINGS)
                                      : error_name(GST_CORE_ERROR, GST_CORE_ERROR_NEGOTIATION),
                      0),
          0u)
          << error;
      EXPECT_NE(error.find("put cudadownload before stippredict"), std::string::npos) << error;
    }
  }
}

}  // namespace
}  // namespace stip::test
