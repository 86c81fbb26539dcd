#include "predict/cuda/self_check.h"

#include <cmath>
#include <limits>

#include "libstip/cuda/device_test.h"

namespace stip {
namespace {

TEST(Agreement, IsHowFarErrorsLieBelowTheLargestValue) {
  EXPECT_NEAR(cuda::agreement({2, 0, 0, 0}, {2, 0.02f, -0.02f, 0}), 43.01, 0.01);
  EXPECT_GT(cuda::agreement({1, -3}, {1, -3}), 190);
  EXPECT_LT(cuda::agreement({1, -3}, {-3, 1}), 0);
}

TEST(Agreement, IsNoneWhereThereAreNoNumbers) {
  const float none = std::numeric_limits<float>::quiet_NaN();
  for (const std::vector<float>& found : {std::vector<float>{none, 1}, {1}, {}, {INFINITY, 1}}) {
    EXPECT_EQ(cuda::agreement({1, 1}, found), -std::numeric_limits<double>::infinity());
  }
  EXPECT_EQ(cuda::agreement({0, 0}, {0, 0}), -std::numeric_limits<double>::infinity());
}

template <typename T>
using SelfCheck = test::DeviceTestOf<T>;
using Types = testing::Types<float, cuda::Half, cuda::Bfloat16>;
TYPED_TEST_SUITE(SelfCheck, Types);

TYPED_TEST(SelfCheck, FindsNothingWrongWithThisDevice) {
  const cuda::DeviceFacts device = cuda::choose_device(0);
  EXPECT_NO_THROW(cuda::self_check<TypeParam>(device));
  EXPECT_NO_THROW(cuda::self_check<TypeParam>(device));
}

}  // namespace
}  // namespace stip
