// A pipeline that shows no predictions says why, once.
#include <gtest/gtest.h>

#include "gst_element_harness.h"
#include "gst_fake_models.h"
#include "gst_leaks.h"
#include "gst_pipeline.h"

namespace stip::test {
namespace {

class ElementSilence : public GstTest {
 protected:
  // All of them, until EOS.
  static std::vector<std::string> warnings_of(const std::string& description, int* qos = nullptr) {
    Pipeline pipeline(description);
    std::vector<std::string> warnings;
    GstBus* bus = gst_element_get_bus(pipeline.get());
    pipeline.ask(GST_STATE_PLAYING);
    constexpr int kTypes =
        GST_MESSAGE_WARNING | GST_MESSAGE_QOS | GST_MESSAGE_EOS | GST_MESSAGE_ERROR;
    bool ended = false;
    while (!ended) {
      GstMessage* message =
          gst_bus_timed_pop_filtered(bus, 30 * GST_SECOND, static_cast<GstMessageType>(kTypes));
      EXPECT_NE(message, nullptr) << "no EOS";
      if (message == nullptr) break;
      ended = GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS;
      EXPECT_NE(GST_MESSAGE_TYPE(message), GST_MESSAGE_ERROR);
      if (qos != nullptr && GST_MESSAGE_TYPE(message) == GST_MESSAGE_QOS) ++*qos;
      if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_WARNING) {
        GError* warning = nullptr;
        gst_message_parse_warning(message, &warning, nullptr);
        warnings.emplace_back(warning->message);
        g_error_free(warning);
      }
      gst_message_unref(message);
    }
    gst_object_unref(bus);
    return warnings;
  }

  FakeModels models_;
};

TEST_F(ElementSilence, IsToldWhereTheVideoIsTooShort) {
  models_.add("long", 4);
  const std::string source =
      "videotestsrc num-buffers=3 ! video/x-raw,format=BGR,width=34,height=24 ";
  const auto warnings = warnings_of(source + "! stippredict model=long ! fakesink");
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_EQ(warnings[0].rfind("Nothing has been predicted from 3 frames: the model needs 4", 0), 0u)
      << warnings[0];
}

// A network that needs ten frames' time for the one that comes next.
TEST_F(ElementSilence, IsToldWhereALiveNetworkIsTooSlow) {
  models_.add("slow", 1, 200);
  int qos = 0;
  const auto warnings = warnings_of(
      "videotestsrc is-live=true num-buffers=60 ! "
      "video/x-raw,format=BGR,width=34,height=24,framerate=50/1 ! stippredict model=slow ! "
      "fakesink sync=true",
      &qos);
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_NE(warnings[0].find("comes too late to be shown"), std::string::npos) << warnings[0];
  EXPECT_GT(qos, 0);
}

TEST_F(ElementSilence, IsNotToldWherePredictionsAreShownOrNoneWereWanted) {
  models_.add("quick", 2);
  const std::string source =
      "videotestsrc num-buffers=9 ! video/x-raw,format=BGR,width=34,height=24 ! stippredict "
      "model=quick output=";
  for (const char* output : {"predicted", "original", "side-by-side", "conceal"}) {
    EXPECT_TRUE(warnings_of(source + output + " ! fakesink").empty()) << output;
  }
}

}  // namespace
}  // namespace stip::test
