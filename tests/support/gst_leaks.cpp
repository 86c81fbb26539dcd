#include "gst_leaks.h"

#include <gst/gst.h>

#include <map>

namespace stip::test {
namespace {

using Alive = std::map<const void*, std::string>;

GstTracer* leaks_tracer() {
  GstTracer* found = nullptr;
  GList* tracers = gst_tracing_get_active_tracers();
  for (GList* item = tracers; item != nullptr; item = item->next) {
    auto* tracer = GST_TRACER(item->data);
    if (found == nullptr && std::string(G_OBJECT_TYPE_NAME(tracer)) == "GstLeaksTracer") {
      found = tracer;
      continue;
    }
    gst_object_unref(tracer);
  }
  g_list_free(tracers);
  return found;
}

Alive alive(GstTracer* tracer) {
  GstStructure* info = nullptr;
  g_signal_emit_by_name(tracer, "get-live-objects", &info);
  Alive objects;
  const GValue* list = gst_structure_get_value(info, "live-objects-list");
  for (guint i = 0; list != nullptr && i < gst_value_list_get_size(list); ++i) {
    const GstStructure* object = gst_value_get_structure(gst_value_list_get_value(list, i));
    const GValue* value = gst_structure_get_value(object, "object");
    gchar* text = gst_value_serialize(value);
    objects[g_value_peek_pointer(value)] =
        std::string(G_VALUE_TYPE_NAME(value)) + " " + (text != nullptr ? text : "");
    g_free(text);
  }
  gst_structure_free(info);
  return objects;
}

}  // namespace

void GstTest::SetUp() {
  GstTracer* tracer = leaks_tracer();
  ASSERT_NE(tracer, nullptr) << "run with GST_TRACERS=leaks";
  for (const auto& [object, text] : alive(tracer)) before_.insert(object);
  gst_object_unref(tracer);
}

void GstTest::TearDown() {
  // Threads of GStreamer's pool let go of their task a moment after it was joined. They have to be
  // gone: the tracer takes references, and may do so to an object that is just being freed.
  gst_task_cleanup_all();
  GstTracer* tracer = leaks_tracer();
  if (tracer == nullptr) return;
  Alive left = alive(tracer);
  for (const void* object : before_) left.erase(object);
  for (const auto& [object, text] : left) ADD_FAILURE() << "still alive: " << text;
  gst_object_unref(tracer);
}

}  // namespace stip::test
