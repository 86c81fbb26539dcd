#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <optional>
#include <random>

#include "ops/cuda/convolution.h"
#include "ops/cuda/device_memory.h"
#include "predict/cuda/device_choice.h"

namespace stip::test {

/// Tests that need a device, real or simulated: without one they are skipped, and say so.
class DeviceTest : public testing::Test {
 protected:
  void SetUp() override {
    int count = 0;
    if (cudaGetDeviceCount(&count) != cudaSuccess || count == 0) {
      GTEST_SKIP() << "no usable CUDA device: what this test checks has not run here";
    }
    stream.emplace();
  }

  std::optional<cuda::DeviceStream> stream;
};

/// Products of bfloat16 begin with compute capability 8.0.
inline bool has_bfloat16() { return cuda::choose_device(0).compute_capability >= 80; }

/// The same for a type that not every device can multiply.
template <typename T>
class DeviceTestOf : public DeviceTest {
 protected:
  void SetUp() override {
    DeviceTest::SetUp();
    if (IsSkipped() || !std::is_same_v<T, cuda::Bfloat16>) return;
    if (!has_bfloat16()) GTEST_SKIP() << "this device has no bf16";
  }
};

/// Uniform in -1..1, as T can hold them.
template <typename T>
std::vector<double> random_values(std::size_t count, unsigned seed, float scale = 1) {
  std::mt19937 generator(seed);
  std::uniform_real_distribution<float> uniform(-scale, scale);
  std::vector<double> values(count);
  for (double& value : values) value = cuda::to_float(cuda::from_float<T>(uniform(generator)));
  return values;
}

template <typename T>
std::vector<T> as(const std::vector<double>& values) {
  std::vector<T> result;
  for (const double value : values) result.push_back(cuda::from_float<T>(float(value)));
  return result;
}

/// Room that nothing has written yet: no numbers, which a test that reads too much finds.
template <typename T>
cuda::DeviceArray<T> unwritten(std::size_t count, const cuda::DeviceStream& stream) {
  return cuda::uploaded(std::vector<T>(count, cuda::from_float<T>(std::nanf(""))), stream);
}

/// What storing a value of this size as T may lose.
template <typename T>
double rounding() {
  return sizeof(T) == 4 ? 2e-6 : std::is_same_v<T, cuda::Half> ? 0x1p-11 : 0x1p-8;
}

}  // namespace stip::test
