#include "flow_merge.h"

#include <algorithm>

namespace stip::gst {

void FlowMerge::add(GstFlowReturn flow) {
  if (flow <= GST_FLOW_NOT_NEGOTIATED) error_ = std::min(error_, flow);
  ok_ = ok_ || flow >= GST_FLOW_OK;
  flushing_ = flushing_ || flow == GST_FLOW_FLUSHING;
  ended_ = ended_ || flow == GST_FLOW_EOS;
}

GstFlowReturn FlowMerge::result() const {
  if (error_ != GST_FLOW_OK) return error_;
  if (ok_) return GST_FLOW_OK;
  if (flushing_) return GST_FLOW_FLUSHING;
  return ended_ ? GST_FLOW_EOS : GST_FLOW_NOT_LINKED;
}

}  // namespace stip::gst
