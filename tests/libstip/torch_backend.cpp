// torch's CUDA backend is loaded before the first test: see resolve_device().
#include <gtest/gtest.h>

#include "base/torch_device.h"

namespace stip {
namespace {

struct TorchBackend : testing::Environment {
  void SetUp() override { resolve_device({}); }
};

const testing::Environment* const kBackend = testing::AddGlobalTestEnvironment(new TorchBackend);

}  // namespace
}  // namespace stip
