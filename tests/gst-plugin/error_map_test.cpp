#include "error_map.h"

#include <gtest/gtest.h>

#include "guard.h"

namespace stip::gst {
namespace {

void expect(ErrorCode code, GQuark domain, int number) {
  const ElementError error = element_error(code, Phase::kPreparing);
  EXPECT_EQ(error.domain, domain) << static_cast<int>(code);
  EXPECT_EQ(error.code, number) << static_cast<int>(code);
}

TEST(ErrorMap, FollowsTheContractWhilePreparing) {
  expect(ErrorCode::kInvalidArgument, GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_SETTINGS);
  expect(ErrorCode::kNotFound, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND);
  expect(ErrorCode::kUnreadable, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ);
  expect(ErrorCode::kCorrupt, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_READ);
  expect(ErrorCode::kWrongKind, GST_STREAM_ERROR, GST_STREAM_ERROR_WRONG_TYPE);
  expect(ErrorCode::kNewerVersion, GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_SETTINGS);
  expect(ErrorCode::kMissingModule, GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_INIT);
  expect(ErrorCode::kNoDevice, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND);
  expect(ErrorCode::kOutOfMemory, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT);
  expect(ErrorCode::kWriteFailed, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_WRITE);
  expect(ErrorCode::kFailed, GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED);
}

TEST(ErrorMap, WhileRunningOnlyMemoryIsTold) {
  for (ErrorCode code : {ErrorCode::kInvalidArgument, ErrorCode::kCorrupt, ErrorCode::kFailed}) {
    const ElementError error = element_error(code, Phase::kRunning);
    EXPECT_EQ(error.domain, GST_STREAM_ERROR);
    EXPECT_EQ(error.code, GST_STREAM_ERROR_FAILED);
  }
  const ElementError memory = element_error(ErrorCode::kOutOfMemory, Phase::kRunning);
  EXPECT_EQ(memory.domain, GST_RESOURCE_ERROR);
  EXPECT_EQ(memory.code, GST_RESOURCE_ERROR_NO_SPACE_LEFT);
}

class GuardTest : public ::testing::Test {
 protected:
  GuardTest() {
    element_ = gst_object_ref_sink(gst_bin_new("guarded"));
    bus_ = gst_bus_new();
    gst_element_set_bus(GST_ELEMENT(element_), bus_);
  }
  ~GuardTest() override {
    gst_element_set_bus(GST_ELEMENT(element_), nullptr);
    gst_object_unref(bus_);
    gst_object_unref(element_);
  }

  // What was posted, as "text|detail"; empty if nothing was.
  std::string posted(GQuark domain, int code) {
    GstMessage* message = gst_bus_pop_filtered(bus_, GST_MESSAGE_ERROR);
    if (message == nullptr) return "";
    GError* error = nullptr;
    gchar* detail = nullptr;
    gst_message_parse_error(message, &error, &detail);
    EXPECT_TRUE(g_error_matches(error, domain, code)) << error->message;
    const std::string text = std::string(error->message) + "|" + (detail != nullptr ? detail : "");
    g_error_free(error);
    g_free(detail);
    gst_message_unref(message);
    return text;
  }

  template <typename Thrown>
  int run(const Thrown& thrown) {
    return guarded(GST_ELEMENT(element_), Phase::kPreparing, 7, [&]() -> int { throw thrown; });
  }

  gpointer element_;
  GstBus* bus_;
};

TEST_F(GuardTest, ReturnsWhatTheBodyDoes) {
  EXPECT_EQ(guarded(GST_ELEMENT(element_), Phase::kPreparing, 7, [] { return 3; }), 3);
  EXPECT_EQ(posted(0, 0), "");
}

TEST_F(GuardTest, PostsOurErrorsTextFirstAndDetailSecond) {
  EXPECT_EQ(run(Error(ErrorCode::kNotFound, "no such file", "errno 2")), 7);
  const std::string text = posted(GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND);
  EXPECT_EQ(text.find("no such file|"), 0u) << text;
  EXPECT_NE(text.find("errno 2"), std::string::npos) << text;
}

TEST_F(GuardTest, TurnsEveryOtherExceptionIntoAnError) {
  EXPECT_EQ(run(std::bad_alloc()), 7);
  EXPECT_NE(posted(GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT), "");
  EXPECT_EQ(run(std::runtime_error("odd")), 7);
  EXPECT_NE(posted(GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED).find("odd"), std::string::npos);
  EXPECT_EQ(run(42), 7);
  EXPECT_NE(posted(GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED), "");
}

TEST(WithConsequence, IsOneSentence) {
  for (const char* problem : {"No such file; use another", "No such file; use another."}) {
    EXPECT_EQ(with_consequence(problem, "the old one stays"),
              "No such file; use another; the old one stays.");
  }
}

}  // namespace
}  // namespace stip::gst
