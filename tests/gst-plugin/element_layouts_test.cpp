#include <gtest/gtest.h>

#include "gst_element_harness.h"
#include "gst_leaks.h"

namespace stip::test {
namespace {

class ElementLayouts : public GstTest {};

// Upstream may pad, since the element says it reads GstVideoMeta; a sink that does not read it must
// get plain pictures all the same.
TEST_F(ElementLayouts, APaddedOriginalReachesASinkWithoutVideoMetaPlain) {
  const GstVideoInfo info = video_info(GST_VIDEO_FORMAT_I420, 33, 17);
  ElementHarness h("output=original");
  h.start(info);
  h.push(padded_picture(info, 1, 0));
  h.finish();
  ASSERT_EQ(h.buffers.size(), 1u);
  EXPECT_EQ(gst_buffer_get_size(h.buffers[0].get()), GST_VIDEO_INFO_SIZE(&info));
  EXPECT_EQ(samples(info, h.buffers[0].get()), samples(info, picture(info, 1, 0).get()));
}

TEST_F(ElementLayouts, APaddedOriginalReachesASinkWithVideoMetaByReference) {
  const GstVideoInfo info = video_info(GST_VIDEO_FORMAT_I420, 33, 17);
  ElementHarness h("output=original");
  gst_harness_add_propose_allocation_meta(h.harness(), GST_VIDEO_META_API_TYPE, nullptr);
  h.start(info);
  const BufferPtr input = padded_picture(info, 1, 0);
  h.push(gst::share(input.get()));
  h.finish();
  ASSERT_EQ(h.buffers.size(), 1u);
  EXPECT_EQ(gst_buffer_peek_memory(h.buffers[0].get(), 0), gst_buffer_peek_memory(input.get(), 0));
}

TEST_F(ElementLayouts, APlainOriginalIsPassedByReference) {
  const GstVideoInfo info = video_info(GST_VIDEO_FORMAT_BGR, 33, 17);
  ElementHarness h("output=original");
  h.start(info);
  const BufferPtr input = picture(info, 1, 0);
  h.push(gst::share(input.get()));
  h.finish();
  ASSERT_EQ(h.buffers.size(), 1u);
  EXPECT_EQ(gst_buffer_peek_memory(h.buffers[0].get(), 0), gst_buffer_peek_memory(input.get(), 0));
}

TEST_F(ElementLayouts, AllocationIsAnsweredWithVideoMeta) {
  ElementHarness h;
  const GstVideoInfo info = video_info(GST_VIDEO_FORMAT_BGR, 4, 4);
  h.start(info);
  const CapsPtr caps = caps_of(info);
  const gst::QueryPtr query(gst_query_new_allocation(caps.get(), TRUE));
  GstPad* sink = gst_element_get_static_pad(h.element(), "sink");
  EXPECT_TRUE(gst_pad_query(sink, query.get()));
  EXPECT_TRUE(gst_query_find_allocation_meta(query.get(), GST_VIDEO_META_API_TYPE, nullptr));
  gst_object_unref(sink);
}

TEST_F(ElementLayouts, SeveralMemoriesAreOnePicture) {
  const GstVideoInfo info = video_info(GST_VIDEO_FORMAT_NV12, 33, 17);
  const BufferPtr whole = picture(info, 2, 0);
  BufferPtr parts(gst_buffer_new());
  const gsize size = gst_buffer_get_size(whole.get());
  for (gsize at = 0; at < size; at += 100) {
    const gsize length = std::min<gsize>(100, size - at);
    std::vector<guint8> part(length);
    gst_buffer_extract(whole.get(), at, part.data(), length);
    gpointer copy = g_memdup2(part.data(), length);
    gst_buffer_append_memory(parts.get(), gst_memory_new_wrapped(GST_MEMORY_FLAG_READONLY, copy,
                                                                 length, 0, length, copy, g_free));
  }
  EXPECT_GT(gst_buffer_n_memory(parts.get()), 1u);
  GST_BUFFER_PTS(parts.get()) = 0;
  ElementHarness h;
  h.start(info);
  h.push(std::move(parts));
  h.finish();
  ASSERT_EQ(h.buffers.size(), 1u);
  EXPECT_LE(largest_difference(samples(info, h.buffers[0].get()), samples(info, whole.get())), 4);
}

}  // namespace
}  // namespace stip::test
