#include "base/device.h"

#include "support/expect_error.h"

namespace stip {
namespace {

TEST(Device, KnowsTheNamesUsersWrite) {
  EXPECT_EQ(parse_device("auto").kind, DeviceName::Kind::kAuto);
  EXPECT_EQ(parse_device("cpu").kind, DeviceName::Kind::kCpu);
  EXPECT_EQ(parse_device("cuda").index, 0);
  EXPECT_EQ(parse_device("cuda:12").kind, DeviceName::Kind::kCuda);
  EXPECT_EQ(parse_device("cuda:12").index, 12);
}

TEST(Device, RefusesOthersAndSaysWhatIsAccepted) {
  for (const char* name :
       {"", "gpu", "CUDA", "cuda:", "cuda:-1", "cuda:1x", "cuda:99999999999", "cpu "}) {
    SCOPED_TRACE(name);
    EXPECT_STIP_ERROR(parse_device(name), ErrorCode::kInvalidArgument,
                      "use auto, cpu, cuda or cuda:N");
  }
}

}  // namespace
}  // namespace stip
