#pragma once

#include <gst/gst.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace stip::test {

/// Reads the element messages of an element that is in no pipeline.
class Messages {
 public:
  explicit Messages(GstElement* element) : element_(element), bus_(gst_bus_new()) {
    gst_element_set_bus(element, bus_);
  }
  ~Messages() {
    gst_element_set_bus(element_, nullptr);
    gst_object_unref(bus_);
  }
  Messages(const Messages&) = delete;
  Messages& operator=(const Messages&) = delete;

  using Structure = std::unique_ptr<GstStructure, void (*)(GstStructure*)>;

  /// Those of this name that have come since the last call; others are dropped.
  std::vector<Structure> take(const std::string& name) {
    std::vector<Structure> found;
    while (GstMessage* message = gst_bus_pop_filtered(bus_, GST_MESSAGE_ELEMENT)) {
      const GstStructure* content = gst_message_get_structure(message);
      if (gst_structure_has_name(content, name.c_str())) {
        found.emplace_back(gst_structure_copy(content), gst_structure_free);
      }
      gst_message_unref(message);
    }
    return found;
  }

  /// How many of this type there are. Each is counted once.
  std::size_t count(GstMessageType type) {
    std::size_t found = 0;
    while (GstMessage* message = gst_bus_pop(bus_)) {
      if (GST_MESSAGE_TYPE(message) == type) {
        ++found;
      } else {
        others_[GST_MESSAGE_TYPE(message)]++;
      }
      gst_message_unref(message);
    }
    return found + std::exchange(others_[type], 0);
  }

 private:
  std::map<GstMessageType, std::size_t> others_;
  GstElement* element_;
  GstBus* bus_;
};

/// What a warning says to the user; the message is not taken.
inline std::string warning_text(GstMessage* message) {
  if (message == nullptr) return "";
  GError* warning = nullptr;
  gst_message_parse_warning(message, &warning, nullptr);
  const std::string text = warning->message;
  g_error_free(warning);
  return text;
}

inline int int_field(const GstStructure* fields, const char* name) {
  int value = -1;
  gst_structure_get_int(fields, name, &value);
  return value;
}

inline guint64 count_field(const GstStructure* fields, const char* name) {
  guint64 value = G_MAXUINT64;
  gst_structure_get_uint64(fields, name, &value);
  return value;
}

inline double number_field(const GstStructure* fields, const char* name) {
  double value = -1;
  gst_structure_get_double(fields, name, &value);
  return value;
}

}  // namespace stip::test
