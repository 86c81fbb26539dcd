#include "gst_gpu_frames.h"

#include <gtest/gtest.h>

namespace stip::test {

CapsPtr gpu_caps_of(const GstVideoInfo& info) {
  CapsPtr caps = caps_of(info);
  gst_caps_set_features_simple(caps.get(),
                               gst_caps_features_new_single(GST_CAPS_FEATURE_MEMORY_CUDA_MEMORY));
  return caps;
}

bool is_on_gpu(GstBuffer* buffer) { return gst_is_cuda_memory(gst_buffer_peek_memory(buffer, 0)); }

GpuFrames::GpuFrames(const GstVideoInfo& info, guint device)
    : info_(info),
      context_(gst_cuda_context_new(device)),
      pool_(gst_cuda_buffer_pool_new(context_)) {
  GstStructure* config = gst_buffer_pool_get_config(pool_);
  gst_buffer_pool_config_set_params(config, caps().get(),
                                    static_cast<guint>(GST_VIDEO_INFO_SIZE(&info)), 0, 0);
  gst_buffer_pool_config_add_option(config, GST_BUFFER_POOL_OPTION_VIDEO_META);
  EXPECT_TRUE(gst_buffer_pool_set_config(pool_, config));
  EXPECT_TRUE(gst_buffer_pool_set_active(pool_, TRUE));
}

GpuFrames::~GpuFrames() {
  gst_buffer_pool_set_active(pool_, FALSE);
  gst_object_unref(pool_);
  gst_object_unref(context_);
}

CapsPtr GpuFrames::caps() const { return gpu_caps_of(info_); }

BufferPtr GpuFrames::upload(const BufferPtr& picture) const {
  GstBuffer* buffer = nullptr;
  EXPECT_EQ(gst_buffer_pool_acquire_buffer(pool_, &buffer, nullptr), GST_FLOW_OK);
  GstVideoFrame from, to;
  EXPECT_TRUE(gst_video_frame_map(&from, &info_, picture.get(), GST_MAP_READ));
  EXPECT_TRUE(gst_video_frame_map(&to, &info_, buffer, GST_MAP_WRITE));
  gst_video_frame_copy(&to, &from);
  gst_video_frame_unmap(&to);
  gst_video_frame_unmap(&from);
  // Now it goes to the GPU.
  const auto there = static_cast<GstMapFlags>(GST_MAP_READ | GST_MAP_CUDA);
  EXPECT_TRUE(gst_video_frame_map(&to, &info_, buffer, there));
  gst_video_frame_unmap(&to);
  gst_buffer_copy_into(buffer, picture.get(), GST_BUFFER_COPY_TIMESTAMPS, 0, -1);
  return BufferPtr(buffer);
}

}  // namespace stip::test
