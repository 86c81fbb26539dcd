// The one symbol that libstip.so looks up in libstip-torch.so.
#include "base/torch_guard.h"
#include "predict/network_model.h"
#include "predict/network_module.h"

extern "C" __attribute__((visibility("default"))) std::shared_ptr<const stip::Model>*
stip_torch_load_model(const stip::ModelRequest& request,
                      std::unique_ptr<stip::Error>* error) noexcept {
  try {
    return stip::guard_torch("loading the model", [&] {
      return new std::shared_ptr<const stip::Model>(stip::load_shared_network(request));
    });
  } catch (const stip::Error& caught) {
    *error = std::make_unique<stip::Error>(caught);
  }
  return nullptr;
}
