#include <gtest/gtest.h>

#include "gst_leaks.h"
#include "gst_messages.h"
#include "gst_pipeline.h"

// Properties that only a state change looks at, set too late.
namespace stip::test {
namespace {

class ElementLateProperty : public GstTest {};

class Played : public Pipeline {
 public:
  Played() : Pipeline("videotestsrc ! stippredict name=p model=copy-last ! fakesink sync=true") {}

  void set(const char* name, const char* value) {
    gst_util_set_object_arg(G_OBJECT((*this)["p"]), name, value);
  }
  std::vector<std::string> warnings() const {
    std::vector<std::string> texts;
    GstBus* bus = gst_element_get_bus(get());
    while (GstMessage* message = gst_bus_pop_filtered(bus, GST_MESSAGE_WARNING)) {
      texts.push_back(warning_text(message));
      gst_message_unref(message);
    }
    gst_object_unref(bus);
    return texts;
  }
};

TEST_F(ElementLateProperty, IsToldOnceARun) {
  Played pipeline;
  struct Change {
    const char* name;
    const char* by_default;
    const char* value;
  };
  constexpr Change kChanges[] = {{"device", "auto", "cpu"}, {"precision", "auto", "fp32"},
                                 {"threads", "0", "2"},     {"state", "auto", "window"},
                                 {"context", "0", "3"},     {"resize", "auto", "pad"},
                                 {"async", "auto", "false"}};
  for (const GstState state : {GST_STATE_PAUSED, GST_STATE_PLAYING}) {
    for (const auto& [name, by_default, value] : kChanges) {
      ASSERT_TRUE(pipeline.reach(GST_STATE_READY));
      ASSERT_TRUE(pipeline.reach(state));
      EXPECT_EQ(pipeline.warnings(), std::vector<std::string>{});
      pipeline.set(name, value);
      const std::vector<std::string> told = pipeline.warnings();
      ASSERT_EQ(told.size(), 1u) << name;
      EXPECT_EQ(told[0].find(name), 0u) << told[0];
      EXPECT_NE(told[0].find("READY"), std::string::npos) << told[0];
      pipeline.set(name, by_default);
      EXPECT_EQ(pipeline.warnings(), std::vector<std::string>{}) << name << " again";
    }
  }
}

TEST_F(ElementLateProperty, ANewRunTellsAgain) {
  Played pipeline;
  for (int run = 0; run < 2; ++run) {
    ASSERT_TRUE(pipeline.reach(GST_STATE_PAUSED));
    pipeline.set("context", run == 0 ? "2" : "3");
    EXPECT_EQ(pipeline.warnings().size(), 1u) << run;
    ASSERT_TRUE(pipeline.reach(GST_STATE_READY));
  }
}

TEST_F(ElementLateProperty, NothingIsSaidWhereItIsInTimeOrChangesNothing) {
  Played pipeline;
  pipeline.set("context", "2");
  ASSERT_TRUE(pipeline.reach(GST_STATE_READY));
  pipeline.set("context", "3");
  pipeline.set("async", "true");
  ASSERT_TRUE(pipeline.reach(GST_STATE_PLAYING));
  pipeline.set("context", "3");
  pipeline.set("async", "true");
  pipeline.set("device", "auto");
  pipeline.set("horizon", "2");
  EXPECT_EQ(pipeline.warnings(), std::vector<std::string>{});
}

}  // namespace
}  // namespace stip::test
