#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "gst_leaks.h"
#include "gst_memory_limit.h"
#include "gst_pipeline.h"

namespace stip::test {
namespace {

namespace fs = std::filesystem;

class ElementErrors : public GstTest {
 protected:
  void SetUp() override {
    GstTest::SetUp();
    std::string name = (fs::temp_directory_path() / "stip-errors-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  void TearDown() override {
    fs::remove_all(folder_);
    GstTest::TearDown();
  }

  std::string file(const std::string& name, const std::string& content) const {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return (folder_ / name).string();
  }

  // One error, with this domain and code, and a text that mentions `word`.
  static void expect_error(const std::string& properties, GQuark domain, int code,
                           const std::string& word) {
    Pipeline pipeline("videotestsrc num-buffers=3 ! stippredict " + properties + " ! fakesink");
    EXPECT_FALSE(pipeline.run()) << properties;
    const std::string error = pipeline.error();
    EXPECT_EQ(error.find(error_name(domain, code) + " "), 0u) << properties << ": " << error;
    EXPECT_NE(error.find(word), std::string::npos) << error;
    EXPECT_EQ(pipeline.errors_left(), 0u) << properties;
  }

  fs::path folder_;
};

TEST_F(ElementErrors, NoModel) {
  expect_error("", GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND, "copy-last");
}

TEST_F(ElementErrors, AModelThatIsNotThere) {
  expect_error("model=" + (folder_ / "none.safetensors").string(), GST_RESOURCE_ERROR,
               GST_RESOURCE_ERROR_NOT_FOUND, "none.safetensors");
  expect_error("model=no-such-name", GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND,
               "no-such-name");
}

TEST_F(ElementErrors, AFolder) {
  expect_error("model=" + folder_.string(), GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ,
               folder_.string());
}

TEST_F(ElementErrors, NoPermission) {
  const std::string path = file("secret.safetensors", "x");
  fs::permissions(path, fs::perms::none);
  if (std::ifstream(path).good()) GTEST_SKIP() << "this user may read everything";
  expect_error("model=" + path, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ, "secret");
}

TEST_F(ElementErrors, AnEmptyFile) {
  expect_error("model=" + file("empty.safetensors", ""), GST_RESOURCE_ERROR,
               GST_RESOURCE_ERROR_READ, "empty.safetensors");
}

TEST_F(ElementErrors, ATruncatedFile) {
  // A header of 100 bytes is announced, and ends after 20.
  std::string content(8, '\0');
  content[0] = 100;
  expect_error("model=" + file("short.safetensors", content + std::string(20, '{')),
               GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_READ, "short.safetensors");
}

TEST_F(ElementErrors, AFileOfAnotherKind) {
  std::string content(8, '\0');
  content[0] = 2;
  expect_error("model=" + file("foreign.safetensors", content + "{}"), GST_STREAM_ERROR,
               GST_STREAM_ERROR_WRONG_TYPE, "foreign.safetensors");
  expect_error("model=" + file("picture.png", "\x89PNG\r\n\x1a\n" + std::string(2000, 'p')),
               GST_STREAM_ERROR, GST_STREAM_ERROR_WRONG_TYPE, "picture.png");
}

TEST_F(ElementErrors, AnUnknownPrecision) {
  expect_error("model=copy-last precision=exact", GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_SETTINGS,
               "exact");
}

TEST_F(ElementErrors, AnUnknownDevice) {
  expect_error("model=copy-last device=abacus", GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_SETTINGS,
               "abacus");
}

TEST_F(ElementErrors, AFailedModelLeavesTheElementUsable) {
  Pipeline pipeline("videotestsrc num-buffers=3 ! stippredict name=p model=/none ! fakesink");
  EXPECT_FALSE(pipeline.run());
  EXPECT_NE(pipeline.error(), "");
  ASSERT_TRUE(pipeline.reach(GST_STATE_NULL));
  g_object_set(pipeline["p"], "model", "copy-last", nullptr);
  EXPECT_TRUE(pipeline.run());
}

TEST_F(ElementErrors, AFrameSmallerThanItsCapsFailsTheStream) {
  for (const char* output : {"predicted", "side-by-side"}) {
    Pipeline pipeline(std::string("fakesrc num-buffers=2 sizetype=fixed sizemax=10 format=time "
                                  "datarate=1000 ! capssetter caps=video/x-raw,format=BGR,width=8,"
                                  "height=8,framerate=25/1 ! stippredict model=copy-last output=") +
                      output + " ! fakesink");
    EXPECT_FALSE(pipeline.run());
    const std::string error = pipeline.error();
    EXPECT_EQ(error.find(error_name(GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED)), 0u) << error;
  }
}

TEST_F(ElementErrors, APictureThatDoesNotFitIntoMemoryIsToldAndEndsNothing) {
  if (!kMemoryCanBeLimited) GTEST_SKIP() << "not under a sanitizer";
  GstElement* element = gst_element_factory_make("stippredict", nullptr);
  gst_object_ref_sink(element);
  g_object_set(element, "model", "copy-last", nullptr);
  GstBus* bus = gst_bus_new();
  gst_element_set_bus(element, bus);
  gst_element_set_state(element, GST_STATE_PAUSED);
  GstPad* sink = gst_element_get_static_pad(element, "sink");
  gst_pad_send_event(sink, gst_event_new_stream_start("large"));
  {
    const MemoryLimit limit(300);
    const CapsPtr caps = caps_of(video_info(GST_VIDEO_FORMAT_GRAY8, 18000, 18000));
    EXPECT_FALSE(gst_pad_send_event(sink, gst_event_new_caps(caps.get())));
  }
  GstMessage* message = gst_bus_pop_filtered(bus, GST_MESSAGE_ERROR);
  ASSERT_NE(message, nullptr);
  GError* error = nullptr;
  gst_message_parse_error(message, &error, nullptr);
  EXPECT_TRUE(g_error_matches(error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT))
      << error->message;
  g_error_free(error);
  gst_message_unref(message);
  gst_element_set_state(element, GST_STATE_NULL);
  gst_element_set_bus(element, nullptr);
  gst_object_unref(bus);
  gst_object_unref(sink);
  gst_object_unref(element);
}

}  // namespace
}  // namespace stip::test
