#include "messages.h"

#include <gtest/gtest.h>

#include <memory>

namespace stip::gst {
namespace {

struct FreeStructure {
  void operator()(GstStructure* structure) const { gst_structure_free(structure); }
};
using StructurePtr = std::unique_ptr<GstStructure, FreeStructure>;

AlarmEvent example() {
  AlarmEvent event;
  event.moment = {5, 6, 7, 8};
  event.score = 2.5;
  event.box = {10, 20, 30, 40};
  return event;
}

TEST(Messages, AnAnomalySaysWhenWhereAndHowMuch) {
  const StructurePtr message(anomaly_message(example()));
  EXPECT_TRUE(gst_structure_has_name(message.get(), "stippredict-anomaly"));
  const gchar* state = nullptr;
  gdouble score = 0;
  gint x = 0, y = 0, width = 0, height = 0;
  guint64 pts = 0, running = 0, stream = 0, utc = 0;
  // clang-format off
  ASSERT_TRUE(gst_structure_get(message.get(),
      "score", G_TYPE_DOUBLE, &score,
      "x", G_TYPE_INT, &x, "y", G_TYPE_INT, &y,
      "width", G_TYPE_INT, &width, "height", G_TYPE_INT, &height,
      "pts", G_TYPE_UINT64, &pts, "running-time", G_TYPE_UINT64, &running,
      "stream-time", G_TYPE_UINT64, &stream, "utc", G_TYPE_UINT64, &utc, nullptr));
  // clang-format on
  state = gst_structure_get_string(message.get(), "state");
  EXPECT_STREQ(state, "start");
  EXPECT_EQ(score, 2.5);
  EXPECT_EQ(x * 1000000 + y * 10000 + width * 100 + height, 10203040);
  EXPECT_EQ(pts * 1000 + running * 100 + stream * 10 + utc, 5678u);
}

TEST(Messages, TimesThatAreNotKnownAreNotThere) {
  AlarmEvent event = example();
  event.start = false;
  event.moment = {};
  event.moment.pts = 9;
  const StructurePtr message(anomaly_message(event));
  EXPECT_STREQ(gst_structure_get_string(message.get(), "state"), "end");
  EXPECT_TRUE(gst_structure_has_field(message.get(), "pts"));
  for (const char* name : {"running-time", "stream-time", "utc"}) {
    EXPECT_FALSE(gst_structure_has_field(message.get(), name)) << name;
  }
}

TEST(Messages, ABypassSaysWhich) {
  for (const bool bypassed : {true, false}) {
    const StructurePtr message(bypass_message(bypassed, example().moment));
    EXPECT_TRUE(gst_structure_has_name(message.get(), "stippredict-bypass"));
    gboolean said = !bypassed;
    guint64 stream = 0;
    ASSERT_TRUE(gst_structure_get(message.get(), "bypassed", G_TYPE_BOOLEAN, &said, "stream-time",
                                  G_TYPE_UINT64, &stream, nullptr));
    EXPECT_EQ(said != FALSE, bypassed);
    EXPECT_EQ(stream, 7u);
  }
}

}  // namespace
}  // namespace stip::gst
