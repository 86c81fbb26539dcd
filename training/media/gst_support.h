#pragma once

#include <gst/gst.h>

#include <memory>
#include <string>

#include "stip/error.h"

namespace stip::training {

/// Initialises GStreamer, once a process; any thread. kMissingModule if it cannot be.
void ensure_gstreamer();

struct ObjectUnref {
  void operator()(gpointer object) const { gst_object_unref(object); }
};
struct SampleUnref {
  void operator()(GstSample* sample) const { gst_sample_unref(sample); }
};
struct CapsUnref {
  void operator()(GstCaps* caps) const { gst_caps_unref(caps); }
};
struct MessageUnref {
  void operator()(GstMessage* message) const { gst_message_unref(message); }
};

using ElementHandle = std::unique_ptr<GstElement, ObjectUnref>;
using BusHandle = std::unique_ptr<GstBus, ObjectUnref>;
using PadHandle = std::unique_ptr<GstPad, ObjectUnref>;
using SampleHandle = std::unique_ptr<GstSample, SampleUnref>;
using CapsHandle = std::unique_ptr<GstCaps, CapsUnref>;
using MessageHandle = std::unique_ptr<GstMessage, MessageUnref>;

/// What an error message of a pipeline says, for Error::detail().
struct PipelineError {
  GQuark domain = 0;
  int code = 0;
  std::string text;    ///< for people
  std::string detail;  ///< for developers; may be empty

  bool is(GQuark domain_, int code_) const { return domain == domain_ && code == code_; }
};

PipelineError parse_error(GstMessage* message);

/// A new floating element; kMissingModule naming it if its plugin is not installed.
GstElement* make_element(const char* factory);

}  // namespace stip::training
