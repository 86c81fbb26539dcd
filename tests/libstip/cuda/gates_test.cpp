#include "ops/cuda/gates.h"

#include <gtest/gtest.h>

#include "libstip/cuda/device_test.h"
#include "ops/reference/gpu_kernels.h"

namespace stip {
namespace {

using cuda::padded;
namespace reference = gpu::reference;

template <typename T>
class GatesTest : public test::DeviceTest {};
using Types = testing::Types<float, cuda::Half, cuda::Bfloat16>;
TYPED_TEST_SUITE(GatesTest, Types);

// [pixels][4*hidden] to [pixels][4*padded], zeros between.
std::vector<double> spread(const std::vector<double>& values, int hidden) {
  std::vector<double> result(values.size() / std::size_t(hidden) * std::size_t(padded(hidden)));
  for (std::size_t i = 0; i < values.size(); ++i) {
    result[i / std::size_t(hidden) * std::size_t(padded(hidden)) + i % std::size_t(hidden)] =
        values[i];
  }
  return result;
}

struct Case {
  int height, width, hidden;
  bool by_place;
  int splits;
  double shift;  // of all gates: a norm must not mind
};

TYPED_TEST(GatesTest, NormaliseAndUpdateAsTheReferenceDoes) {
  using T = TypeParam;
  const Case cases[] = {{1, 1, 16, false, 1, 0},
                        {5, 7, 16, true, 3, 0},
                        {3, 4, 20, false, 2, 0.5},
                        {9, 8, 8, true, 1, 0},
                        {12, 11, 64, false, 4, 100}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.height * 1000 + c.hidden);
    const int h = c.hidden, pixels = c.height * c.width, wide = padded(h);
    reference::Gates sides[2];
    std::vector<std::vector<double>> parts[2];
    std::vector<double> biases[2];
    for (unsigned side = 0; side < 2; ++side) {
      auto& gates = sides[side];
      gates.values = reference::Map(c.height, c.width, 4 * h);
      biases[side] = test::random_values<float>(std::size_t(4 * h), 40 + side);
      for (double& bias : biases[side]) bias = double(float(bias + c.shift));
      for (std::size_t i = 0; i < gates.values.values.size(); ++i) {
        gates.values.values[i] = biases[side][i % std::size_t(4 * h)];
      }
      for (int split = 0; split < c.splits; ++split) {
        parts[side].push_back(test::random_values<float>(gates.values.values.size(),
                                                         50 + side + 2 * unsigned(split)));
        for (std::size_t i = 0; i < gates.values.values.size(); ++i) {
          gates.values.values[i] += parts[side].back()[i];
        }
      }
      const int height = c.by_place ? c.height : 1, width = c.by_place ? c.width : 1;
      gates.weight = gates.bias = reference::Map(height, width, 4 * h);
      gates.weight.values = test::random_values<float>(gates.weight.values.size(), 60 + side);
      gates.bias.values = test::random_values<float>(gates.bias.values.size(), 70 + side);
    }
    reference::Map temporal(c.height, c.width, h), spatial(c.height, c.width, h);
    temporal.values = test::random_values<float>(temporal.values.size(), 80);
    spatial.values = test::random_values<float>(spatial.values.size(), 81);
    const auto device_temporal =
        cuda::uploaded(test::as<float>(spread(temporal.values, h)), *this->stream);
    const auto device_spatial =
        cuda::uploaded(test::as<float>(spread(spatial.values, h)), *this->stream);
    reference::update(sides[0], sides[1], temporal, spatial);

    cuda::GateStatistics statistics;
    statistics.sides = 2;
    statistics.pixels = pixels;
    statistics.channels = wide;
    statistics.hidden = h;
    statistics.splits = c.splits;
    statistics.split_step = std::ptrdiff_t{4} * pixels * wide;
    std::vector<cuda::DeviceArray<float>> kept;
    std::vector<cuda::DeviceArray<cuda::Moments>> moments;
    cuda::GateUpdate<T> update;
    const auto put = [&](const std::vector<double>& values) {
      kept.push_back(cuda::uploaded(test::as<float>(spread(values, h)), *this->stream));
      return kept.back().data();
    };
    for (int side = 0; side < 2; ++side) {
      std::vector<double> sums;
      for (const auto& part : parts[side]) sums.insert(sums.end(), part.begin(), part.end());
      float* const device_sums = put(sums);
      moments.emplace_back(std::size_t(statistics.stretches()));
      statistics.side[side] = {device_sums, put(biases[side]), device_sums, moments.back().data()};
      cuda::GateSide& gates = side == 0 ? update.temporal_side : update.spatial_side;
      gates = {device_sums, moments.back().data(), put(sides[side].weight.values),
               put(sides[side].bias.values)};
    }
    const auto values = std::size_t(pixels * wide);
    const auto rounded_temporal = test::unwritten<T>(values, *this->stream);
    const auto rounded_spatial = test::unwritten<T>(values, *this->stream);
    update.stretches = statistics.stretches();
    update.pixels = pixels;
    update.channels = wide;
    update.norm_by_place = c.by_place;
    update.temporal = device_temporal.data();
    update.spatial = device_spatial.data();
    update.new_temporal = {device_temporal.data(), rounded_temporal.data()};
    update.new_spatial = {device_spatial.data(), rounded_spatial.data()};
    cuda::gate_statistics(statistics, this->stream->get());
    cuda::gate_update(update, this->stream->get());

    // A shift of 100 takes seven bits of the gates.
    const double most = c.shift > 10 ? 2e-4 : 3e-6;
    const auto check = [&](const reference::Map& truth, const cuda::DeviceArray<float>& exact,
                           const cuda::DeviceArray<T>& rounded) {
      const auto found = cuda::downloaded(exact, *this->stream);
      const auto small = cuda::downloaded(rounded, *this->stream);
      for (std::size_t i = 0; i < found.size(); ++i) {
        const int channel = int(i % std::size_t(wide));
        if (channel >= h) {
          ASSERT_EQ(found[i], 0) << "a padded channel";
          continue;
        }
        const double expected =
            truth.values[i / std::size_t(wide) * std::size_t(h) + std::size_t(channel)];
        ASSERT_NEAR(found[i], expected, most) << i;
        if (sizeof(T) != 4) {
          ASSERT_NEAR(cuda::to_float(small[i]), expected, most + test::rounding<T>());
        }
      }
    };
    check(temporal, device_temporal, rounded_temporal);
    check(spatial, device_spatial, rounded_spatial);
  }
}

}  // namespace
}  // namespace stip
