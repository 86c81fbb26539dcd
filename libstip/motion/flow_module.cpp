#include "motion/flow_module.h"

#include <mutex>

#include "base/module.h"
#include "stip/error.h"

namespace stip {

const FlowModule& open_flow_module() {
  // A failed attempt throws and is made again by the next call: the user may have mended it.
  static std::mutex mutex;
  static const FlowModule* opened = nullptr;
  const std::lock_guard<std::mutex> lock(mutex);
  if (opened != nullptr) return *opened;
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
  opened = static_cast<const FlowModule*>(module.symbol);
  return *opened;
}

}  // namespace stip
