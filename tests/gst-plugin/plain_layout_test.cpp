#include "plain_layout.h"

#include <gtest/gtest.h>

#include "gst_pictures.h"

namespace stip::gst {
namespace {

TEST(PlainLayout, IsWhatTheCapsSay) {
  GstVideoInfo info = test::video_info(GST_VIDEO_FORMAT_NV12, 33, 17);
  const BufferPtr plain = test::picture(info, 1, 0);
  EXPECT_TRUE(has_plain_layout(plain.get(), info));
  gst_buffer_add_video_meta_full(plain.get(), GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_FORMAT_NV12, 33,
                                 17, 2, info.offset, info.stride);
  EXPECT_TRUE(has_plain_layout(plain.get(), info));
  EXPECT_FALSE(has_plain_layout(test::padded_picture(info, 1, 0).get(), info));
}

TEST(PlainLayout, ACopyHoldsTheSamePictureAndStamps) {
  for (GstVideoFormat format : test::all_formats()) {
    const GstVideoInfo info = test::video_info(format, 33, 17);
    const BufferPtr padded = test::padded_picture(info, 1, 4);
    GST_BUFFER_FLAG_SET(padded.get(), GST_BUFFER_FLAG_DISCONT);
    const BufferPtr copy = plain_copy(padded.get(), info);
    EXPECT_TRUE(has_plain_layout(copy.get(), info));
    EXPECT_EQ(gst_buffer_get_size(copy.get()), GST_VIDEO_INFO_SIZE(&info));
    EXPECT_EQ(test::samples(info, copy.get()), test::samples(info, padded.get()));
    EXPECT_EQ(GST_BUFFER_PTS(copy.get()), GST_BUFFER_PTS(padded.get()));
    EXPECT_TRUE(GST_BUFFER_FLAG_IS_SET(copy.get(), GST_BUFFER_FLAG_DISCONT));
  }
}

}  // namespace
}  // namespace stip::gst
