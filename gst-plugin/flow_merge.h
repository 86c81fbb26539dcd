#pragma once

#include <gst/gst.h>

namespace stip::gst {

/// What the sink pad returns upstream for the flows of all source pads. As GstFlowCombiner, whose
/// rules these are but for one: FLUSHING on one pad (its peer was set to NULL) does not stop the
/// others. GstFlowCombiner itself reads the pads' last flows while their tasks write them.
class FlowMerge {
 public:
  void add(GstFlowReturn flow);

  /// The worst error; OK as long as one pad goes on; otherwise FLUSHING, EOS, or NOT_LINKED where
  /// nothing else is to be said.
  GstFlowReturn result() const;

 private:
  GstFlowReturn error_ = GST_FLOW_OK;
  bool ok_ = false;
  bool flushing_ = false;
  bool ended_ = false;
};

}  // namespace stip::gst
