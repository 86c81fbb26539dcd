#include "prediction_meta.h"

#include <gtest/gtest.h>

#include "gst_ptr.h"

namespace stip::gst {
namespace {

class PredictionMetaTest : public ::testing::Test {
 protected:
  PredictionMetaTest() { register_prediction_meta(); }
};

PredictionNote example() {
  PredictionNote note;
  note.horizon = 3;
  note.source_pts = 7 * GST_SECOND;
  note.age = 40 * GST_MSECOND;
  note.inference_time = 11 * GST_MSECOND;
  note.model_hash = "abc123";
  note.concealed = true;
  note.last_error = 12.5;
  note.last_error_pts = 6 * GST_SECOND;
  return note;
}

void expect_example(GstBuffer* buffer) {
  const auto note = note_of(buffer);
  ASSERT_TRUE(note.has_value());
  EXPECT_EQ(note->horizon, 3);
  EXPECT_EQ(note->source_pts, 7 * GST_SECOND);
  EXPECT_EQ(note->age, 40 * GST_MSECOND);
  EXPECT_EQ(note->inference_time, 11 * GST_MSECOND);
  EXPECT_EQ(note->model_hash, "abc123");
  EXPECT_TRUE(note->concealed);
  EXPECT_FALSE(note->bypassed);
  EXPECT_EQ(note->last_error, 12.5);
  EXPECT_EQ(note->last_error_pts, 6 * GST_SECOND);
}

TEST_F(PredictionMetaTest, IsReadAsItWasWritten) {
  const BufferPtr buffer(gst_buffer_new());
  EXPECT_FALSE(note_of(buffer.get()).has_value());
  attach_note(buffer.get(), example());
  expect_example(buffer.get());
}

TEST_F(PredictionMetaTest, IsWrittenOverThatOfAnEarlierElement) {
  const BufferPtr buffer(gst_buffer_new());
  attach_note(buffer.get(), example());
  PredictionNote second;
  second.bypassed = true;
  attach_note(buffer.get(), second);
  const auto note = note_of(buffer.get());
  EXPECT_TRUE(note->bypassed);
  EXPECT_FALSE(note->concealed);
  EXPECT_FALSE(note->last_error.has_value());
  EXPECT_EQ(note->last_error_pts, GST_CLOCK_TIME_NONE);
}

TEST_F(PredictionMetaTest, IsCopiedWithTheBufferAndHasNoTags) {
  const BufferPtr buffer(gst_buffer_new());
  attach_note(buffer.get(), example());
  const BufferPtr copy(gst_buffer_copy(buffer.get()));
  expect_example(copy.get());
  const GstMetaInfo* info = gst_buffer_get_custom_meta(copy.get(), kPredictionMeta)->meta.info;
  const gchar* const* tags = gst_meta_api_type_get_tags(info->api);
  EXPECT_TRUE(tags == nullptr || *tags == nullptr) << "tags would make converters drop it";
}

}  // namespace
}  // namespace stip::gst
