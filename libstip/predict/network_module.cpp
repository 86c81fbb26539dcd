#include "predict/network_module.h"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>
#include <mutex>

namespace stip {
namespace {

constexpr const char* kModuleFile = "libstip-torch.so.0";

// Beside libstip.so itself, wherever that is: the build folder, an installed prefix, a bundle.
std::string module_path() {
  if (const char* given = std::getenv("STIP_TORCH_MODULE"); given != nullptr && *given != '\0') {
    return given;
  }
  Dl_info self{};
  if (dladdr(reinterpret_cast<const void*>(&module_path), &self) != 0 &&
      self.dli_fname != nullptr) {
    const auto beside = std::filesystem::path(self.dli_fname).parent_path() / kModuleFile;
    std::error_code ignored;
    if (std::filesystem::exists(beside, ignored)) return beside.string();
  }
  return kModuleFile;
}

NetworkModuleLoad open_module() {
  const std::string path = module_path();
  // Never closed: LibTorch leaves threads and thread-local destructors behind.
  void* module = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  const char* reason = module == nullptr ? dlerror() : nullptr;
  void* symbol = module == nullptr ? nullptr : dlsym(module, kNetworkModuleSymbol);
  if (symbol == nullptr) {
    throw Error(
        ErrorCode::kMissingModule,
        "this model needs LibTorch, and the module " + path +
            " that brings it cannot be opened; build with LibTorch (setup.sh), or use "
            "model=copy-last, which needs no network",
        reason != nullptr ? reason : "the module has no " + std::string(kNetworkModuleSymbol));
  }
  return reinterpret_cast<NetworkModuleLoad>(symbol);
}

}  // namespace

std::shared_ptr<const Model> load_network(const ModelRequest& request) {
  // A failed attempt throws and is made again by the next call: the user may have mended it.
  static std::mutex mutex;
  static NetworkModuleLoad load = nullptr;
  {
    const std::lock_guard<std::mutex> lock(mutex);
    if (load == nullptr) load = open_module();
  }
  std::unique_ptr<Error> error;
  const std::unique_ptr<std::shared_ptr<const Model>> model(load(request, &error));
  if (error != nullptr) throw Error(*error);
  return *model;
}

}  // namespace stip
