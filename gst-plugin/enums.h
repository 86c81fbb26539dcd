#pragma once

#include <gst/gst.h>

/// The enumerations of the element's properties, with the nicks that gst-launch takes. The values
/// are those of the enumerations in settings.h and of stip::Resize.
GType gst_stip_predict_output_get_type();
GType gst_stip_predict_timestamps_get_type();
GType gst_stip_predict_state_get_type();
GType gst_stip_predict_resize_get_type();
GType gst_stip_predict_async_get_type();
GType gst_stip_predict_late_policy_get_type();
GType gst_stip_predict_gap_policy_get_type();
GType gst_stip_predict_on_error_get_type();
