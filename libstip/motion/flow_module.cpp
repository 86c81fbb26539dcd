#include "motion/flow_module.h"

#include <mutex>

#include "base/module.h"
#include "stip/error.h"

namespace stip {

FlowModuleCompute open_flow_module() {
  // A failed attempt throws and is made again by the next call: the user may have mended it.
  static std::mutex mutex;
  static FlowModuleCompute compute = nullptr;
  const std::lock_guard<std::mutex> lock(mutex);
  if (compute != nullptr) return compute;
  const OpenedModule module =
      open_module({"libstip-flow.so.0", "STIP_FLOW_MODULE", kFlowModuleSymbol});
  if (module.symbol == nullptr) {
    throw Error(ErrorCode::kMissingModule,
                "the models flow and blend, and networks of output: motion, need OpenCV's optical "
                "flow, and the module " +
                    module.path +
                    " that brings it cannot be opened; build with OpenCV (libopencv-video-dev), or "
                    "use model=copy-last, which needs none",
                module.reason);
  }
  compute = reinterpret_cast<FlowModuleCompute>(module.symbol);
  return compute;
}

}  // namespace stip
