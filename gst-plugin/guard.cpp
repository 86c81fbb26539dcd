#include "guard.h"

namespace stip::gst {

void post_error(GstElement* element, Phase phase, const Error& error) noexcept {
  const ElementError mapped = element_error(error.code(), phase);
  const std::string& detail = error.detail();
  gst_element_message_full(
      element, GST_MESSAGE_ERROR, mapped.domain, mapped.code, g_strdup(error.what()),
      detail.empty() ? nullptr : g_strdup(detail.c_str()), __FILE__, GST_FUNCTION, __LINE__);
}

}  // namespace stip::gst
