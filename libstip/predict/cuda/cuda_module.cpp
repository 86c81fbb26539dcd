// The one symbol that libstip.so looks up in libstip-cuda.so.
#include <exception>

#include "predict/cuda/cuda_model.h"
#include "predict/network_module.h"

extern "C" __attribute__((visibility("default"))) std::shared_ptr<const stip::Model>*
stip_cuda_load_model(const stip::ModelRequest& request,
                     std::unique_ptr<stip::Error>* error) noexcept {
  try {
    return new std::shared_ptr<const stip::Model>(stip::cuda::load_shared_cuda_model(request));
  } catch (const stip::Error& caught) {
    *error = std::make_unique<stip::Error>(caught);
  } catch (const std::exception& caught) {
    *error = std::make_unique<stip::Error>(stip::ErrorCode::kFailed,
                                           "loading the model onto the GPU failed", caught.what());
  }
  return nullptr;
}
