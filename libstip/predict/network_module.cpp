#include "predict/network_module.h"

#include <mutex>

#include "base/module.h"

namespace stip {
namespace {

NetworkModuleLoad open_network_module() {
  const OpenedModule module =
      open_module({"libstip-torch.so.0", "STIP_TORCH_MODULE", kNetworkModuleSymbol});
  if (module.symbol == nullptr) {
    throw Error(ErrorCode::kMissingModule,
                "this model needs LibTorch, and the module " + module.path +
                    " that brings it cannot be opened; build with LibTorch (setup.sh), or use "
                    "model=copy-last, which needs no network",
                module.reason);
  }
  return reinterpret_cast<NetworkModuleLoad>(module.symbol);
}

}  // namespace

std::shared_ptr<const Model> load_network(const ModelRequest& request) {
  // A failed attempt throws and is made again by the next call: the user may have mended it.
  static std::mutex mutex;
  static NetworkModuleLoad load = nullptr;
  {
    const std::lock_guard<std::mutex> lock(mutex);
    if (load == nullptr) load = open_network_module();
  }
  std::unique_ptr<Error> error;
  const std::unique_ptr<std::shared_ptr<const Model>> model(load(request, &error));
  if (error != nullptr) throw Error(*error);
  return *model;
}

}  // namespace stip
