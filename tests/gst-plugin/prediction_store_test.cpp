#include "prediction_store.h"

#include <gtest/gtest.h>

namespace stip::gst {
namespace {

// A picture known again by its offset field.
BufferPtr marked(guint64 mark) {
  BufferPtr buffer(gst_buffer_new());
  GST_BUFFER_OFFSET(buffer.get()) = mark;
  return buffer;
}

guint64 mark(const BufferPtr& buffer) {
  return buffer == nullptr ? GST_BUFFER_OFFSET_NONE : GST_BUFFER_OFFSET(buffer.get());
}

TEST(PredictionStore, GivesTheNearestWithinTheTolerance) {
  PredictionStore store;
  store.put(100, marked(1));
  store.put(120, marked(2));
  EXPECT_EQ(mark(store.take(115, 10)), 2u);
}

TEST(PredictionStore, GivesNothingBeyondTheTolerance) {
  PredictionStore store;
  store.put(100, marked(1));
  EXPECT_EQ(store.take(89, 10), nullptr);
  EXPECT_EQ(mark(store.take(90, 10)), 1u);
  EXPECT_EQ(store.take(90, 10), nullptr) << "taken once";
}

TEST(PredictionStore, OfEquallyNearOnesGivesTheLastMade) {
  PredictionStore store;
  store.put(100, marked(1));
  store.put(100, marked(2));
  EXPECT_EQ(mark(store.take(100, 0)), 2u);
  EXPECT_EQ(store.size(), 0u);
}

TEST(PredictionStore, DropsWhatWasForEarlierTimes) {
  PredictionStore store;
  for (GstClockTime target = 0; target < 100; target += 10) store.put(target, marked(target));
  EXPECT_EQ(mark(store.take(50, 1)), 50u);
  EXPECT_EQ(store.size(), 4u);
}

}  // namespace
}  // namespace stip::gst
