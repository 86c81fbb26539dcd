#include "late_property.h"

#include "debug.h"
#include "property_specs.h"

#define GST_CAT_DEFAULT stip_predict_debug

namespace stip::gst {

void tell_if_late(GstStipPredict* self, guint id, const GParamSpec* pspec) {
  if ((pspec->flags & GST_PARAM_MUTABLE_READY) == 0) return;
  if (GST_STATE(self) <= GST_STATE_READY) return;
  GST_WARNING_OBJECT(self, "%s takes effect at the next change from READY to PAUSED", pspec->name);
  const guint64 bit = guint64{1} << id;
  if ((self->state->late_told.fetch_or(bit) & bit) != 0) return;
  // The loading thread takes these with the model.
  const bool with_model = id == kDevice || id == kPrecision || id == kThreads;
  GST_ELEMENT_WARNING(self, LIBRARY, SETTINGS,
                      ("%s was set while the video plays and changes nothing yet: it takes effect "
                       "%swhen stippredict goes from READY to PAUSED again.",
                       pspec->name, with_model ? "with the next model, or " : ""),
                      (nullptr));
}

}  // namespace stip::gst
