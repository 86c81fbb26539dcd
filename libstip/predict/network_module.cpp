#include "predict/network_module.h"

#include <mutex>

#include "base/module.h"
#include "base/precision.h"

namespace stip {
namespace {

constexpr Module kCudaModule = {"libstip-cuda.so.0", "STIP_CUDA_MODULE", "stip_cuda_load_model"};
constexpr Module kTorchModule = {"libstip-torch.so.0", "STIP_TORCH_MODULE",
                                 "stip_torch_load_model"};

struct Network {
  NetworkModuleLoad load = nullptr;
  bool is_torch = false;
};

Network open_network_module() {
  const OpenedModule cuda = open_module(kCudaModule);
  if (cuda.symbol != nullptr) return {reinterpret_cast<NetworkModuleLoad>(cuda.symbol), false};
  const OpenedModule torch = open_module(kTorchModule);
  if (torch.symbol != nullptr) return {reinterpret_cast<NetworkModuleLoad>(torch.symbol), true};
  throw Error(ErrorCode::kMissingModule,
              "a network on a GPU needs one of the modules " + cuda.path + " and " + torch.path +
                  ", and neither can be opened; build with nvcc (or LibTorch: setup.sh), or use "
                  "device=cpu",
              cuda.reason + "; " + torch.reason);
}

void check_torch_precision(Precision precision) {
  if (precision == Precision::kAuto || precision == Precision::kFp32) return;
  throw Error(ErrorCode::kNoDevice, std::string("precision ") + precision_name(precision) +
                                        " is not available on a GPU without " + kCudaModule.file +
                                        ", which is built where nvcc is; use auto or fp32");
}

}  // namespace

std::shared_ptr<const Model> load_network(const ModelRequest& request) {
  // A failed attempt throws and is made again by the next call: the user may have mended it.
  static std::mutex mutex;
  static Network network;
  Network opened;
  {
    const std::lock_guard<std::mutex> lock(mutex);
    if (network.load == nullptr) network = open_network_module();
    opened = network;
  }
  if (opened.is_torch) check_torch_precision(parse_precision(request.precision));
  std::unique_ptr<Error> error;
  const std::unique_ptr<std::shared_ptr<const Model>> model(opened.load(request, &error));
  if (error != nullptr) throw Error(*error);
  return *model;
}

}  // namespace stip
