#include "media/gst_support.h"

#include <mutex>

namespace stip::training {

void ensure_gstreamer() {
  static std::once_flag once;
  std::call_once(once, [] {
    GError* error = nullptr;
    if (gst_init_check(nullptr, nullptr, &error)) return;
    const std::string detail = error != nullptr ? error->message : "";
    g_clear_error(&error);
    throw Error(ErrorCode::kMissingModule,
                "GStreamer cannot be started: check its installation with gst-inspect-1.0", detail);
  });
}

PipelineError parse_error(GstMessage* message) {
  GError* error = nullptr;
  gchar* debug = nullptr;
  gst_message_parse_error(message, &error, &debug);
  PipelineError parsed{error->domain, error->code, error->message, debug != nullptr ? debug : ""};
  g_clear_error(&error);
  g_free(debug);
  return parsed;
}

GstElement* make_element(const char* factory) {
  ensure_gstreamer();
  GstElement* element = gst_element_factory_make(factory, nullptr);
  if (element != nullptr) return element;
  throw Error(ErrorCode::kMissingModule, std::string("the GStreamer element '") + factory +
                                             "' is not installed: install the plugin set that has "
                                             "it (gst-plugins-base, -good, -ugly or gst-libav)");
}

}  // namespace stip::training
