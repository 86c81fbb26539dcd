#include "stip/predictor.h"

namespace stip {
namespace {

[[noreturn]] void refuse_device_memory() {
  throw Error(ErrorCode::kInvalidArgument,
              "this model does not take pictures in a GPU's memory; give them in the host's");
}

}  // namespace

Predictor::~Predictor() = default;
void Predictor::push_on_device(const DeviceFrame&) { refuse_device_memory(); }
void Predictor::predict_on_device(const std::vector<DeviceFrame>&, const DeviceFrame&) {
  refuse_device_memory();
}
Model::~Model() = default;

}  // namespace stip
