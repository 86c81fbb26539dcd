#include "request_pads.h"

#include <cstdlib>
#include <string>

#include "debug.h"
#include "gst_stip_predict.h"
#include "gst_stip_predict_pad.h"
#include "guard.h"
#include "object_lock.h"
#include "outlet_pad.h"

#define GST_CAT_DEFAULT stip_predict_debug

namespace stip::gst {
namespace {

constexpr const char* kPrefix = "pred_";

bool has_pad(GstElement* element, const std::string& name) {
  GstPad* pad = gst_element_get_static_pad(element, name.c_str());
  if (pad != nullptr) gst_object_unref(pad);
  return pad != nullptr;
}

// The number of pred_N, also where it is none to be had; 0 if there is none at all.
int number_of(const char* name) {
  const std::string text = name;
  if (text.rfind(kPrefix, 0) != 0) return 0;
  const std::string digits = text.substr(std::string(kPrefix).size());
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string::npos) return 0;
  return digits.size() > 3 ? kMaxHorizon + 1 : std::atoi(digits.c_str());
}

int free_number(GstElement* element) {
  int number = 1;
  while (number <= kMaxHorizon && has_pad(element, kPrefix + std::to_string(number))) ++number;
  return number;
}

void add_outlet_pad(GstStipPredict* self, GstPad* pad, const std::shared_ptr<Outlet>& outlet) {
  attach_outlet(pad, outlet);
  GstElement* element = GST_ELEMENT(self);
  if (GST_STATE(element) > GST_STATE_READY || GST_STATE_NEXT(element) == GST_STATE_PAUSED) {
    gst_pad_set_active(pad, TRUE);
  }
  gst_element_add_pad(element, pad);
  self->state->stream.add(outlet, frame_settings(self));
}

GstPad* request_original(GstStipPredict* self, GstPadTemplate* pad_template) {
  if (has_pad(GST_ELEMENT(self), "original")) {
    GST_WARNING_OBJECT(self, "there is one pad `original`, and it is in use");
    return nullptr;
  }
  GstPad* pad = gst_pad_new_from_template(pad_template, "original");
  add_outlet_pad(self, pad, std::make_shared<Outlet>(OutletKind::kOriginal, "original"));
  return pad;
}

GstPad* request_prediction(GstStipPredict* self, GstPadTemplate* pad_template, const char* name) {
  GstElement* element = GST_ELEMENT(self);
  const bool any =
      name == nullptr || std::string(name) == GST_PAD_TEMPLATE_NAME_TEMPLATE(pad_template);
  const int number = any ? free_number(element) : number_of(name);
  if (number < 1 || number > kMaxHorizon) {
    GST_ELEMENT_WARNING(self, LIBRARY, SETTINGS,
                        ("There is no pad %s: predictions are pred_1 to pred_%d.",
                         any ? "left" : name, kMaxHorizon),
                        (nullptr));
    return nullptr;
  }
  const std::string full = any ? kPrefix + std::to_string(number) : name;
  auto outlet = std::make_shared<Outlet>(OutletKind::kPrediction, full);
  outlet->horizon = number;
  auto* pad = GST_PAD(g_object_new(GST_TYPE_STIP_PREDICT_PAD, "name", full.c_str(), "direction",
                                   GST_PAD_SRC, "template", pad_template, nullptr));
  add_outlet_pad(self, pad, outlet);
  gst_child_proxy_child_added(GST_CHILD_PROXY(self), G_OBJECT(pad), full.c_str());
  return pad;
}

GstPad* request_new_pad(GstElement* element, GstPadTemplate* pad_template, const gchar* name,
                        const GstCaps*) {
  GstStipPredict* self = GST_STIP_PREDICT(element);
  const bool original = std::string(GST_PAD_TEMPLATE_NAME_TEMPLATE(pad_template)) == "original";
  return guarded(element, Phase::kPreparing, static_cast<GstPad*>(nullptr), [&] {
    return original ? request_original(self, pad_template)
                    : request_prediction(self, pad_template, name);
  });
}

void release_pad(GstElement* element, GstPad* pad) {
  GstStipPredict* self = GST_STIP_PREDICT(element);
  gst_object_ref(pad);
  if (GST_IS_STIP_PREDICT_PAD(pad)) {
    gst_child_proxy_child_removed(GST_CHILD_PROXY(self), G_OBJECT(pad), GST_PAD_NAME(pad));
  }
  outlet_of(pad)->linked = false;  // no prediction is made for it any more
  gst_pad_set_active(pad, FALSE);
  self->state->stream.remove(outlet_of(pad));
  gst_element_remove_pad(element, pad);
  gst_object_unref(pad);
}

GObject* child_by_index(GstChildProxy* proxy, guint index) {
  const ObjectLock lock(proxy);
  for (GList* item = GST_ELEMENT(proxy)->srcpads; item != nullptr; item = item->next) {
    if (GST_IS_STIP_PREDICT_PAD(item->data) && index-- == 0) {
      return G_OBJECT(gst_object_ref(item->data));
    }
  }
  return nullptr;
}

guint children_count(GstChildProxy* proxy) {
  const ObjectLock lock(proxy);
  guint count = 0;
  for (GList* item = GST_ELEMENT(proxy)->srcpads; item != nullptr; item = item->next) {
    if (GST_IS_STIP_PREDICT_PAD(item->data)) ++count;
  }
  return count;
}

}  // namespace

void install_request_pads(GstElementClass* klass) {
  klass->request_new_pad = request_new_pad;
  klass->release_pad = release_pad;
}

void child_proxy_init(gpointer interface, gpointer) {
  auto* proxy = static_cast<GstChildProxyInterface*>(interface);
  proxy->get_child_by_index = child_by_index;
  proxy->get_children_count = children_count;
}

}  // namespace stip::gst
