#pragma once

#include <gst/gst.h>

#include <memory>

namespace stip::gst {

struct UnrefMiniObject {
  template <typename T>
  void operator()(T* object) const {
    gst_mini_object_unref(GST_MINI_OBJECT_CAST(object));
  }
};

/// Owns one reference to a buffer, an event, caps or a query.
template <typename T>
using GstPtr = std::unique_ptr<T, UnrefMiniObject>;

using BufferPtr = GstPtr<GstBuffer>;
using CapsPtr = GstPtr<GstCaps>;
using EventPtr = GstPtr<GstEvent>;
using QueryPtr = GstPtr<GstQuery>;
using MiniObjectPtr = GstPtr<GstMiniObject>;

struct UnrefObject {
  template <typename T>
  void operator()(T* object) const {
    gst_object_unref(object);
  }
};

/// Owns one reference to a GstObject.
template <typename T>
using ObjectPtr = std::unique_ptr<T, UnrefObject>;

/// Another reference to the same object.
template <typename T>
GstPtr<T> share(T* object) {
  gst_mini_object_ref(GST_MINI_OBJECT_CAST(object));
  return GstPtr<T>(object);
}

/// What travels in the output queue forgets whether it is a buffer or an event.
template <typename T>
MiniObjectPtr as_item(GstPtr<T> object) {
  return MiniObjectPtr(GST_MINI_OBJECT_CAST(object.release()));
}

}  // namespace stip::gst
