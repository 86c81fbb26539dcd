#include "ops/cpu/byte_kernels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "ops/reference/byte_kernels.h"
#include "ops/wide_kernels.h"

namespace stip::cpu {
namespace {

// Every version that this machine runs. In place of those with 512 bits where they are missing: the
// same source with plainer instructions.
class ByteKernelsTest : public testing::TestWithParam<ByteIsa> {
 protected:
  void SetUp() override {
    version_ = byte_kernels_for(GetParam());
    if (version_ == nullptr && GetParam() == ByteIsa::kAvx512Vnni) version_ = &kWideByteKernels;
    if (version_ == nullptr) GTEST_SKIP() << "this machine does not have the instructions";
  }
  const ByteKernels& kernels() const { return *version_; }

 private:
  const ByteKernels* version_ = nullptr;
};

struct Case {
  int pixels, segments, depth, panels, source_step, out_step;
  bool recall;
  float leak;
  bool largest;  // all values as large as they may be: what 16 bits could not hold
};

const std::vector<Case> kCases = {
    {1, 1, 4, 1, 4, 16, false, 1, false},       {2, 1, 16, 1, 16, 16, false, 1, false},
    {3, 2, 12, 4, 16, 64, false, 0.2f, false},  {7, 3, 192, 4, 128, 64, true, 0.2f, false},
    {16, 1, 64, 4, 64, 64, false, 1, false},    {13, 5, 40, 3, 8, 96, true, 1, false},
    {64, 4, 128, 1, 64, 32, true, 0.2f, false}, {25, 2, 36, 2, 40, 40, true, 0, false},
    {12, 3, 192, 2, 64, 32, false, 0.2f, true}, {5, 25, 512, 1, 64, 16, true, 0.2f, true},
    {6, 1, 8, 4, 12, 100, true, 0.2f, false}};

// One row's data, and room for its result.
struct Row {
  explicit Row(const Case& c, unsigned seed) : generator(seed) {
    const auto rows = std::size_t(c.pixels * c.source_step + c.depth);
    source.resize(std::size_t(c.segments) * rows);
    weights.resize(std::size_t(c.panels * c.segments * c.depth * kPanel));
    for (auto& value : source) value = c.largest ? kMostByte : byte();
    for (auto& value : weights) {
      value =
          static_cast<std::int8_t>(c.largest ? (byte() % 2 == 0 ? 127 : -127) : 127 - 2 * byte());
    }
    const auto channels = std::size_t(c.panels * kPanel);
    std::normal_distribution<float> normal;
    // So that sums spread over the bytes and some of them beyond.
    const float spread = 60 / (60 * 74 * std::sqrt(float(c.segments * c.depth)));
    for (std::size_t i = 0; i < channels; ++i) {
      scale.push_back(spread * (1 + 0.3f * std::abs(normal(generator))));
      bias.push_back(20 * normal(generator));
      zero.push_back(40 + 10 * normal(generator));
      recall_weights.push_back(0.3f * normal(generator));
    }
    recall_step = c.panels * kPanel + 8;
    for (std::size_t i = 0; i < std::size_t(c.pixels * recall_step); ++i) {
      recall.push_back(normal(generator));
      byte_recall.push_back(byte());
    }
    for (int s = 0; s < c.segments; ++s) sources.push_back(source.data() + std::size_t(s) * rows);
    row.pixels = c.pixels;
    row.segments = c.segments;
    row.depth = c.depth;
    row.panels = c.panels;
    row.source = sources.data();
    row.source_step = c.source_step;
    row.weights = weights.data();
    row.panel_step = std::ptrdiff_t{c.segments} * c.depth * kPanel;
    row.scale = scale.data();
    row.bias = bias.data();
    row.leak = c.leak;
    row.recall_step = recall_step;
    row.recall_weight = 0.3f;
    row.out_step = c.out_step;
    row.out_zero = zero.data();
    row.recall_weights = recall_weights.data();
  }
  std::uint8_t byte() { return static_cast<std::uint8_t>(generator() % (kMostByte + 1)); }

  std::mt19937 generator;
  std::vector<std::uint8_t> source, byte_recall;
  std::vector<std::int8_t> weights;
  std::vector<float> scale, bias, zero, recall_weights, recall;
  std::vector<const std::uint8_t*> sources;
  int recall_step = 0;
  ByteConvolution row;
};

TEST_P(ByteKernelsTest, ConvolvesRowsToFloatsAsTheReferenceDoesToTheLastBit) {
  unsigned seed = 1;
  for (const Case& c : kCases) {
    Row data(c, ++seed);
    std::vector<float> expected(std::size_t(c.pixels * c.out_step) + 64, 12345), found = expected;
    if (c.recall) data.row.recall = data.recall.data();
    data.row.out = expected.data();
    reference::convolve_row(data.row);
    data.row.out = found.data();
    EXPECT_EQ(kernels().convolve_row(data.row), 0);
    for (std::size_t i = 0; i < found.size(); ++i) {
      ASSERT_EQ(found[i], expected[i]) << "case " << seed << ", at " << i;
    }
  }
}

TEST_P(ByteKernelsTest, ConvolvesRowsToBytesAsTheReferenceDoes) {
  unsigned seed = 50;
  std::int64_t all_clipped = 0;
  for (const Case& c : kCases) {
    Row data(c, ++seed);
    std::vector<std::uint8_t> expected(std::size_t(c.pixels * c.out_step) + 64, 234),
        found = expected;
    if (c.recall) data.row.byte_recall = data.byte_recall.data();
    data.row.byte_out = expected.data();
    const std::int64_t clipped = reference::convolve_row(data.row);
    data.row.byte_out = found.data();
    EXPECT_EQ(kernels().convolve_row(data.row), clipped) << "case " << seed;
    ASSERT_EQ(found, expected) << "case " << seed;
    all_clipped += clipped;
  }
  EXPECT_GT(all_clipped, 0);  // else nothing was said of clipping
}

TEST_P(ByteKernelsTest, QuantisesAndCountsWhatIsCutOff) {
  std::mt19937 generator(3);
  std::normal_distribution<float> normal;
  std::vector<float> values(16 * 18);
  for (float& value : values) value = normal(generator);
  const float odd[] = {0,
                       -0.0f,
                       1e-9f,
                       0.5f,
                       1.5f,
                       2.5f,
                       63.5f,
                       64.5f,
                       1e30f,
                       -1e30f,
                       -3.5f,
                       std::numeric_limits<float>::infinity(),
                       std::nanf(""),
                       -20,
                       -20.4f,
                       -20.6f};
  for (std::size_t i = 0; i < std::size(odd); ++i) values[i] = odd[i];
  for (const float scale : {1.0f, 30.0f}) {
    for (const int channels : {16, 48}) {
      const auto size = static_cast<std::size_t>(channels);
      std::vector<float> scales(size, scale), zeros(size, 20);
      scales.back() = 5;
      zeros.back() = 60;
      std::vector<std::uint8_t> expected(values.size() + 16, 234), found = expected;
      Quantisation row{values.data(), int(values.size()) / channels,
                       channels,      scales.data(),
                       zeros.data(),  expected.data()};
      const std::int64_t clipped = reference::quantise(row);
      row.out = found.data();
      EXPECT_EQ(kernels().quantise(row), clipped);
      EXPECT_EQ(found, expected);
      EXPECT_GE(clipped, 4);
    }
  }
}

std::string isa_name(const testing::TestParamInfo<ByteIsa>& given) {
  switch (given.param) {
    case ByteIsa::kPlain:
      return "plain";
    case ByteIsa::kAvx2:
      return "avx2";
    case ByteIsa::kAvxVnni:
      return "avxvnni";
    case ByteIsa::kAvx512:
      return "avx512";
    case ByteIsa::kAvx512Vnni:
      return "avx512vnni";
  }
  return "unknown";
}

INSTANTIATE_TEST_SUITE_P(InstructionSets, ByteKernelsTest,
                         testing::Values(ByteIsa::kPlain, ByteIsa::kAvx2, ByteIsa::kAvxVnni,
                                         ByteIsa::kAvx512, ByteIsa::kAvx512Vnni),
                         isa_name);

}  // namespace
}  // namespace stip::cpu
