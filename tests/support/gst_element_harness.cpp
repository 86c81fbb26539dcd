#include "gst_element_harness.h"

#include <gtest/gtest.h>

#include <functional>
#include <sstream>

namespace stip::test {
namespace {

void set_argument(GstElement* element, const std::string& name, const std::string& value) {
  gst_util_set_object_arg(G_OBJECT(element), name.c_str(), value.c_str());
}

bool wait_until(const std::function<bool()>& done) {
  const gint64 end = g_get_monotonic_time() + static_cast<gint64>(kPatience / GST_USECOND);
  while (!done()) {
    if (g_get_monotonic_time() > end) return false;
    g_usleep(500);
  }
  return true;
}

}  // namespace

ElementHarness::ElementHarness(const std::string& properties) {
  GstElement* element = gst_element_factory_make("stippredict", nullptr);
  if (element == nullptr) {
    ADD_FAILURE() << "No such element: is GST_PLUGIN_PATH set?";
    abort();
  }
  set_argument(element, "model", "copy-last");
  // GstHarness is live; what a test expects must not depend on who is faster.
  set_argument(element, "async", "false");
  std::istringstream list(properties);
  for (std::string property; list >> property;) {
    const std::size_t equals = property.find('=');
    set_argument(element, property.substr(0, equals), property.substr(equals + 1));
  }
  harness_ = gst_harness_new_with_element(element, "sink", "src");
  gst_object_unref(element);
}

ElementHarness::~ElementHarness() { gst_harness_teardown(harness_); }

void ElementHarness::set(const std::string& name, const std::string& value) {
  set_argument(element(), name, value);
}

guint64 ElementHarness::stat(const char* name) const {
  GstStructure* stats = nullptr;
  g_object_get(element(), "stats", &stats, nullptr);
  guint64 value = G_MAXUINT64;
  gst_structure_get_uint64(stats, name, &value);
  gst_structure_free(stats);
  return value;
}

void ElementHarness::start(const GstVideoInfo& info) {
  gst_harness_set_src_caps(harness_, caps_of(info).release());
}

GstFlowReturn ElementHarness::push(BufferPtr buffer) {
  return gst_harness_push(harness_, buffer.release());
}

void ElementHarness::push_pictures(const GstVideoInfo& info, int first, int count) {
  for (int i = first; i < first + count; ++i) EXPECT_EQ(push(picture(info, i, i)), GST_FLOW_OK);
}

bool ElementHarness::push_event(GstEvent* event) { return gst_harness_push_event(harness_, event); }

bool ElementHarness::push_segment(GstClockTime start, GstClockTime stop, double rate,
                                  GstSegmentFlags flags) {
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  segment.start = segment.time = start;
  segment.stop = stop;
  segment.rate = rate;
  segment.flags = flags;
  return push_event(gst_event_new_segment(&segment));
}

void ElementHarness::flush() {
  EXPECT_TRUE(push_event(gst_event_new_flush_start()));
  EXPECT_TRUE(push_event(gst_event_new_flush_stop(TRUE)));
}

void ElementHarness::collect() {
  // Buffers and events come in two queues; within each the order holds.
  while (GstBuffer* buffer = gst_harness_try_pull(harness_)) buffers.emplace_back(buffer);
  while (GstEvent* event = gst_harness_try_pull_event(harness_)) events.emplace_back(event);
}

void ElementHarness::finish() {
  EXPECT_TRUE(push_event(gst_event_new_eos()));
  const std::size_t seen = events.size();
  const bool ended = wait_until([&] {
    collect();
    for (std::size_t i = seen; i < events.size(); ++i) {
      if (GST_EVENT_TYPE(events[i].get()) == GST_EVENT_EOS) return true;
    }
    return false;
  });
  EXPECT_TRUE(ended) << "no EOS within 10 s";
  collect();
}

void ElementHarness::wait_for(std::size_t count) {
  const bool came = wait_until([&] {
    collect();
    return buffers.size() >= count;
  });
  EXPECT_TRUE(came) << buffers.size() << " of " << count << " buffers within 10 s";
}

std::vector<GstClockTime> ElementHarness::times() const {
  std::vector<GstClockTime> all;
  for (const BufferPtr& buffer : buffers) {
    all.push_back((GST_BUFFER_PTS(buffer.get()) + kStep / 2) / kStep);
  }
  return all;
}

std::vector<std::string> ElementHarness::event_names() const {
  std::vector<std::string> names;
  for (const gst::EventPtr& event : events) names.emplace_back(GST_EVENT_TYPE_NAME(event.get()));
  return names;
}

std::vector<int> ElementHarness::first_bytes() const {
  std::vector<int> all;
  for (const BufferPtr& buffer : buffers) all.push_back(bytes(buffer.get()).front());
  return all;
}

}  // namespace stip::test
