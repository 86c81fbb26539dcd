#pragma once

#include <string>

namespace stip {

/// A shared library that is opened only when something needs it, and the one C symbol it offers.
struct Module {
  const char* file;         ///< e.g. libstip-torch.so.0
  const char* environment;  ///< a variable that may name another file
  const char* symbol;
};

/// What opening a module gave: the symbol's address, or null and the reason.
struct OpenedModule {
  std::string path;  ///< what was opened, or tried
  void* symbol = nullptr;
  std::string reason;  ///< the loader's words; empty on success
};

/// Looks beside libstip.so itself, then where the loader looks. The module is never closed: such
/// libraries leave threads and thread-local destructors behind.
OpenedModule open_module(const Module& module);

}  // namespace stip
