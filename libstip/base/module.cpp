#include "base/module.h"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>

namespace stip {
namespace {

// Beside libstip.so itself, wherever that is: the build folder, an installed prefix, a bundle.
std::string module_path(const Module& module) {
  if (const char* given = std::getenv(module.environment); given != nullptr && *given != '\0') {
    return given;
  }
  Dl_info self{};
  if (dladdr(reinterpret_cast<const void*>(&module_path), &self) != 0 &&
      self.dli_fname != nullptr) {
    const auto beside = std::filesystem::path(self.dli_fname).parent_path() / module.file;
    std::error_code ignored;
    if (std::filesystem::exists(beside, ignored)) return beside.string();
  }
  return module.file;
}

}  // namespace

OpenedModule open_module(const Module& module) {
  OpenedModule opened;
  opened.path = module_path(module);
  void* handle = dlopen(opened.path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* reason = dlerror();
    opened.reason = reason != nullptr ? reason : "the loader gives no reason";
    return opened;
  }
  opened.symbol = dlsym(handle, module.symbol);
  if (opened.symbol == nullptr) opened.reason = "the module has no " + std::string(module.symbol);
  return opened;
}

}  // namespace stip
