#include "ops/cpu/kernels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>

#include "ops/reference/cpu_kernels.h"
#include "ops/wide_kernels.h"
#include "predict/engine/buffer.h"
#include "predict/engine/tile_weights.h"
#include "support/cell_case.h"

namespace stip::cpu {
namespace {

constexpr float kUntouched = 12345;

std::vector<float> random_floats(std::size_t count, unsigned seed, float scale = 1) {
  std::mt19937 generator(seed);
  std::normal_distribution<float> normal(0, scale);
  std::vector<float> values(count);
  for (float& value : values) value = normal(generator);
  return values;
}

std::vector<float> as_floats(const std::vector<double>& values) {
  return std::vector<float>(values.begin(), values.end());
}

// Every version that this machine runs; the plain one is always among them. In place of AVX-512
// where that is missing: the same source with plainer instructions.
class KernelsTest : public testing::TestWithParam<Isa> {
 protected:
  void SetUp() override {
    version_ = kernels_for(GetParam());
    if (version_ == nullptr && GetParam() == Isa::kAvx512) version_ = &kWideKernels;
    if (version_ == nullptr) GTEST_SKIP() << "this machine does not have the instructions";
  }
  const Kernels& kernels() const { return *version_; }

 private:
  const Kernels* version_ = nullptr;
};

struct ConvolutionCase {
  int pixels, segments, depth, panels, source_step, out_step;
  bool bias, recall;
  float leak;
};

// Sums of `terms` products in single precision: some rounding errors of the largest term each.
float tolerance(int terms) { return 4e-7f * static_cast<float>(terms) + 1e-5f; }

TEST_P(KernelsTest, ConvolvesRows) {
  unsigned seed = 1;
  for (const ConvolutionCase& c : std::vector<ConvolutionCase>{
           {1, 1, 1, 1, 1, 16, false, false, 1},
           {2, 1, 16, 1, 16, 16, true, false, 1},
           {3, 2, 12, 4, 16, 64, true, false, 0.2f},
           {7, 3, 192, 4, 128, 64, true, true, 0.2f},
           {16, 1, 64, 4, 64, 64, false, false, 1},
           {13, 5, 40, 3, 8, 96, true, true, 1},  // windows overlap, odd panels, a gap
           {64, 4, 128, 1, 64, 32, true, true, 0.2f},
           {25, 2, 33, 2, 40, 40, true, false, 0}}) {
    const auto source = random_floats(
        std::size_t(c.segments) * std::size_t(c.pixels * c.source_step + c.depth) + 16, ++seed);
    const auto weights =
        random_floats(std::size_t(c.panels * c.segments * c.depth * kPanel), ++seed, 0.5f);
    const auto bias = random_floats(std::size_t(c.panels * kPanel), ++seed);
    const auto recall = random_floats(std::size_t(c.pixels * (c.panels * kPanel + 8)), ++seed);
    std::vector<const float*> sources;
    for (int s = 0; s < c.segments; ++s) {
      sources.push_back(source.data() + s * (c.pixels * c.source_step + c.depth));
    }
    RowConvolution row;
    row.pixels = c.pixels;
    row.segments = c.segments;
    row.depth = c.depth;
    row.panels = c.panels;
    row.source = sources.data();
    row.source_step = c.source_step;
    row.weights = weights.data();
    row.panel_step = std::ptrdiff_t{c.segments} * c.depth * kPanel;
    row.bias = c.bias ? bias.data() : nullptr;
    row.leak = c.leak;
    row.recall = c.recall ? recall.data() : nullptr;
    row.recall_step = c.panels * kPanel + 8;
    row.recall_weight = 0.3f;
    row.out_step = c.out_step;
    const std::size_t values = std::size_t(c.pixels * c.out_step);
    std::vector<float> expected(values + 64, kUntouched), found(values + 64, kUntouched);
    row.out = expected.data();
    reference::convolve_row(row);
    row.out = found.data();
    kernels().convolve_row(row);
    for (std::size_t i = 0; i < found.size(); ++i) {
      ASSERT_NEAR(found[i], expected[i], tolerance(c.segments * c.depth))
          << "pixels " << c.pixels << ", depth " << c.depth << ", at " << i;
    }
  }
}

// Tiles against the plain convolution, with tiles that stick out and in two calls.
TEST_P(KernelsTest, ConvolvesTiles) {
  unsigned seed = 100;
  for (const auto& [height, width] :
       {std::pair{1, 1}, {4, 4}, {16, 16}, {17, 30}, {5, 23}, {8, 3}}) {
    constexpr int kFrom = 20, kDepth = 32, kTo = 64, kEdge = 2;
    const int across = (width + kTile - 1) / kTile, down = (height + kTile - 1) / kTile;
    const int tiles = across * down;
    const auto source = random_floats(std::size_t(height * width * kFrom), ++seed);
    const auto weights = random_floats(std::size_t(kTo * kFrom * 25), ++seed, 0.05f);
    const auto bias = random_floats(kTo, ++seed);
    std::vector<float> expected(std::size_t(height * width * kTo));
    reference::convolve_5x5(
        {source.data(), height, width, kFrom, weights.data(), bias.data(), kTo, expected.data()});

    engine::Map memory(
        height, width, kDepth,
        {kEdge, kEdge, kEdge + down * kTile - height, kEdge + across * kTile - width});
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        std::copy_n(source.data() + (y * width + x) * kFrom, kFrom, memory.at(y, x));
      }
    }
    std::vector<float> inputs(std::size_t(kTilePoints * tiles * kDepth));
    for (const auto& [first, end] : {std::pair{0, tiles / 2}, {tiles / 2, tiles}}) {
      TileInput input;
      input.source = memory.at(-kEdge, -kEdge);
      input.row_step = memory.row_step();
      input.channels = kDepth;
      input.tiles_across = across;
      input.first = first;
      input.count = end - first;
      input.out = inputs.data() + first * kDepth;
      input.point_step = std::ptrdiff_t{tiles} * kDepth;
      kernels().tile_input(input);
    }
    const engine::Buffer packed = engine::pack_tiles(weights, kFrom, kDepth, kTo);
    std::vector<float> products(std::size_t(kTilePoints * tiles * kTo));
    for (int point = 0; point < kTilePoints; ++point) {
      const float* rows = inputs.data() + point * tiles * kDepth;
      RowConvolution row;
      row.pixels = tiles;
      row.depth = kDepth;
      row.panels = kTo / kPanel;
      row.source = &rows;
      row.source_step = kDepth;
      row.weights = packed.data() + point * kTo * kDepth;
      row.panel_step = kDepth * kPanel;
      row.out = products.data() + point * tiles * kTo;
      row.out_step = kTo;
      kernels().convolve_row(row);
    }
    std::vector<float> found(std::size_t(height * width * kTo) + 64, kUntouched);
    TileOutput output;
    output.products = products.data();
    output.channels = kTo;
    output.tiles_across = across;
    output.count = tiles;
    output.height = height;
    output.width = width;
    output.bias = bias.data();
    output.out = found.data();
    output.pixel_step = kTo;
    output.row_step = std::ptrdiff_t{kTo} * width;
    const Sums sums = kernels().tile_output(output);
    for (std::size_t i = 0; i < expected.size(); ++i) ASSERT_NEAR(found[i], expected[i], 1e-4);
    for (std::size_t i = expected.size(); i < found.size(); ++i) ASSERT_EQ(found[i], kUntouched);
    const Sums exact = reference::sums(found.data(), std::ptrdiff_t(expected.size()));
    EXPECT_NEAR(sums.sum, exact.sum, 1e-5 * exact.squares);
    EXPECT_NEAR(sums.squares, exact.squares, 1e-6 * exact.squares);
  }
}

TEST_P(KernelsTest, SumsValuesAndSquares) {
  for (const int count : {16, 48, 256, 1040}) {
    const auto values = random_floats(std::size_t(count), unsigned(count));
    const Sums found = kernels().sums(values.data(), count);
    const Sums expected = reference::sums(values.data(), count);
    EXPECT_NEAR(found.sum, expected.sum, 1e-6 * expected.squares);
    EXPECT_NEAR(found.squares, expected.squares, 1e-6 * expected.squares);
  }
}

TEST_P(KernelsTest, UpdatesGates) {
  unsigned seed = 200;
  for (const bool by_place : {false, true}) {
    for (const auto& [pixels, channels] : {std::pair{1, 16}, {5, 32}, {3, 64}}) {
      const auto values = std::size_t(pixels * 4 * channels);
      const auto norms = by_place ? values : std::size_t(4 * channels);
      // Large enough that both ends of the sigmoids and tangents are met.
      const auto gates_t = random_floats(values, ++seed, 8),
                 gates_s = random_floats(values, ++seed);
      const auto weight_t = random_floats(norms, ++seed), bias_t = random_floats(norms, ++seed);
      const auto weight_s = random_floats(norms, ++seed), bias_s = random_floats(norms, ++seed, 9);
      const auto memory_t = random_floats(std::size_t(pixels * channels), ++seed);
      const auto memory_s = random_floats(std::size_t(pixels * channels), ++seed);
      const auto run = [&](auto&& update_gates, std::vector<float>& t, std::vector<float>& s) {
        GateUpdate update;
        update.pixels = pixels;
        update.channels = channels;
        update.temporal_side = {gates_t.data(), weight_t.data(), bias_t.data(), 0.3f, 1.7f};
        update.spatial_side = {gates_s.data(), weight_s.data(), bias_s.data(), -0.2f, 0.6f};
        update.norm_step = by_place ? 4 * channels : 0;
        update.temporal = t.data();
        update.spatial = s.data();
        update_gates(update);
      };
      auto expected_t = memory_t, expected_s = memory_s, found_t = memory_t, found_s = memory_s;
      run(reference::gate_update, expected_t, expected_s);
      run(kernels().gate_update, found_t, found_s);
      for (std::size_t i = 0; i < found_t.size(); ++i) {
        ASSERT_NEAR(found_t[i], expected_t[i], 2e-6);
        ASSERT_NEAR(found_s[i], expected_s[i], 2e-6);
      }
    }
  }
}

// Training's cells: rows of samples and of pixels, stretches that begin and end anywhere.
TEST_P(KernelsTest, UpdatesCells) {
  for (const auto& [rows, inner, first] : {std::tuple{1, 1, 0}, {2, 48, 16}, {3, 37, 5}}) {
    const test::CellCase c(rows, inner, 300);
    const auto of_t = as_floats(c.of_t), of_s = as_floats(c.of_s);
    const auto temporal = as_floats(c.temporal), spatial = as_floats(c.spatial);
    std::vector<float> new_temporal(c.places(), kUntouched), new_spatial(c.places(), kUntouched);
    const CellPoints<float> points = {rows,
                                      inner,
                                      of_t.data(),
                                      of_s.data(),
                                      temporal.data(),
                                      spatial.data(),
                                      new_temporal.data(),
                                      new_spatial.data()};
    kernels().update_cell(points, rows - 1, first, inner);
    for (std::size_t place = 0; place < c.places(); ++place) {
      const bool wanted = place >= std::size_t((rows - 1) * inner + first);
      const auto expected = c.update(place);
      ASSERT_NEAR(new_temporal[place], wanted ? expected.temporal : kUntouched, 2e-6) << place;
      ASSERT_NEAR(new_spatial[place], wanted ? expected.spatial : kUntouched, 2e-6) << place;
    }
  }
}

TEST_P(KernelsTest, HaveTheGradientsOfCells) {
  for (const auto& [rows, inner, first] : {std::tuple{1, 1, 0}, {2, 48, 16}, {3, 37, 5}}) {
    test::CellCase c(rows, inner, 301);
    const auto of_t = as_floats(c.of_t), of_s = as_floats(c.of_s);
    const auto temporal = as_floats(c.temporal), spatial = as_floats(c.spatial);
    const auto given_t = as_floats(c.of_new_temporal), given_s = as_floats(c.of_new_spatial);
    std::vector<float> to_t(4 * c.places(), kUntouched), to_s = to_t;
    std::vector<float> to_temporal(c.places(), kUntouched), to_spatial = to_temporal;
    CellGradient<float> gradient;
    gradient.points.rows = rows;
    gradient.points.inner = inner;
    gradient.points.of_t = of_t.data();
    gradient.points.of_s = of_s.data();
    gradient.points.temporal = temporal.data();
    gradient.points.spatial = spatial.data();
    gradient.of_new_temporal = given_t.data();
    gradient.of_new_spatial = given_s.data();
    gradient.of_t = to_t.data();
    gradient.of_s = to_s.data();
    gradient.of_temporal = to_temporal.data();
    gradient.of_spatial = to_spatial.data();
    kernels().cell_gradient(gradient, rows - 1, first, inner);
    for (std::size_t place = 0; place < c.places(); ++place) {
      const bool wanted = place >= std::size_t((rows - 1) * inner + first);
      const auto check = [&](const std::vector<float>& found, std::vector<double>& of,
                             std::size_t at) {
        ASSERT_NEAR(found[at], wanted ? c.gradient(of[at], place) : kUntouched, 1e-5) << place;
      };
      for (std::size_t part = 0; part < 4; ++part) {
        check(to_t, c.of_t, c.gate(place, part));
        check(to_s, c.of_s, c.gate(place, part));
      }
      check(to_temporal, c.temporal, place);
      check(to_spatial, c.spatial, place);
    }
  }
}

TEST_P(KernelsTest, PatchesAndUnpatchesRows) {
  for (const int patch : {1, 2, 3, 4, 8}) {
    for (const int cells : {1, 2, 17}) {
      const int run = 3 * patch, step = padded_channels(run * patch), stride = run * cells + 11;
      std::mt19937 generator(static_cast<unsigned>(patch));
      std::vector<std::uint8_t> picture(std::size_t(stride * patch) + 8);
      for (auto& byte : picture) byte = static_cast<std::uint8_t>(generator());
      std::vector<float> expected(std::size_t(cells * step) + 8), found(expected.size());
      PatchRow row{picture.data(), stride, patch, cells, expected.data(), step};
      reference::patch_row(row);
      row.out = found.data();
      kernels().patch_row(row);
      std::vector<std::uint8_t> back(picture.size());
      kernels().unpatch_row({found.data(), step, patch, cells, back.data(), stride});
      for (int x = 0; x < cells; ++x) {
        for (int i = 0; i < run * patch; ++i) {
          ASSERT_NEAR(found[std::size_t(x * step + i)], expected[std::size_t(x * step + i)], 1e-7);
          const auto at = std::size_t(i / run * stride + x * run + i % run);
          ASSERT_EQ(back[at], picture[at]) << "patch " << patch;
        }
      }
    }
  }
}

TEST_P(KernelsTest, ClampsAndRoundsAsTheReferenceDoes) {
  std::vector<float> cells = {-1,
                              0,
                              1e-9f,
                              0.5f / 255,
                              1.5f / 255,
                              2.5f / 255,
                              0.999f,
                              1,
                              1.1f,
                              1e30f,
                              -1e30f,
                              std::nanf(""),
                              std::numeric_limits<float>::infinity(),
                              0.25f,
                              0.75f,
                              0.1f};
  cells.resize(48, 0.5f);  // one cell of 16 channels is read as patch 2: 12 of them
  std::vector<std::uint8_t> expected(64), found(64);
  reference::unpatch_row({cells.data(), 16, 2, 3, expected.data(), 32});
  kernels().unpatch_row({cells.data(), 16, 2, 3, found.data(), 32});
  for (const int row : {0, 32}) {
    for (int i = 0; i < 18; ++i)
      EXPECT_EQ(found[std::size_t(row + i)], expected[std::size_t(row + i)]);
  }
}

// Grids of many sizes, `channels` values a place, read inside, beyond the edges and at no number.
template <typename Value>
void expect_reads(void (*readable)(const GridReads<Value>&),
                  void (*kernel)(const GridReads<Value>&), std::size_t channels, float scale,
                  float tolerance) {
  std::mt19937 random(5);
  std::uniform_real_distribution<float> place(-3 / scale, 40 / scale), value(0, 255);
  for (const auto& [width, height] : {std::pair(1, 1), {1, 7}, {9, 1}, {2, 2}, {31, 17}}) {
    std::vector<Value> values(channels * std::size_t(width * height));
    for (Value& one : values) one = static_cast<Value>(value(random));
    std::vector<float> x, y;
    for (int i = 0; i < 150; ++i) {
      x.push_back(place(random));
      y.push_back(place(random));
    }
    x[3] = std::nanf("");
    y[4] = 1e30f;
    x[5] = -1e30f;
    x[6] = float(width - 1) / scale;  // the very last place
    y[6] = float(height - 1) / scale;
    for (const int count : {1, 63, 64, 65, 150}) {
      std::vector<float> expected(150 * channels, kUntouched), found = expected;
      GridReads<Value> reads{values.data(),      width, height,         x.data(), y.data(), scale,
                             0.5f * (scale - 1), count, expected.data()};
      readable(reads);
      reads.out = found.data();
      kernel(reads);
      for (std::size_t i = 0; i < found.size(); ++i) {
        ASSERT_NEAR(found[i], expected[i], tolerance) << width << "x" << height << " " << i;
      }
    }
  }
}

TEST_P(KernelsTest, ReadsPixelsBetween) {
  for (const float scale : {1.0f, 0.25f}) {
    expect_reads(reference::read_pixels, kernels().read_pixels, 4, scale, 2e-3f);
  }
}

TEST_P(KernelsTest, ReadsPixelsOfBytesBetween) {
  expect_reads(reference::read_bytes, kernels().read_bytes, 4, 1, 2e-3f);
}

TEST_P(KernelsTest, ReadsVectorsBetween) {
  expect_reads(reference::read_vectors, kernels().read_vectors, 2, 0.25f, 2e-3f);
}

TEST_P(KernelsTest, LeadsPixelsAlongTheirDisplacements) {
  std::mt19937 random(8);
  std::uniform_real_distribution<float> uniform(-5, 5);
  for (const int columns : {1, 2, 3, 70, 300}) {
    std::vector<float> upper, lower;
    for (int i = 0; i < 2 * columns; ++i) {
      upper.push_back(uniform(random));
      lower.push_back(uniform(random));
    }
    struct Case {
      int first;
      float start;
      int pitch;
    };
    for (const Case& given : {Case{0, 0, 1}, {0, 3, 4}, {0, 1, 4}, {0, 0.5f, 2}, {64, 256, 1}}) {
      if (given.first >= columns) continue;
      const int pixels = 4 / given.pitch;
      const int most = std::min(kMostLeads, pixels * (columns - given.first));
      for (const int count : {1, most / 2 + 1, most}) {
        std::vector<float> expected(2 * kMostLeads, -1), found(2 * kMostLeads, -1);
        PixelLeads leads;
        leads.upper = upper.data();
        leads.lower = lower.data();
        leads.part = 0.3f;
        leads.columns = columns;
        leads.first = given.first;
        leads.start = given.start;
        leads.pitch = given.pitch;
        leads.last = static_cast<float>(4 * columns - 2);
        leads.row = 7;
        leads.count = count;
        leads.x = expected.data();
        leads.y = expected.data() + kMostLeads;
        reference::lead_pixels(leads);
        leads.x = found.data();
        leads.y = found.data() + kMostLeads;
        kernels().lead_pixels(leads);
        for (std::size_t i = 0; i < found.size(); ++i) {
          ASSERT_NEAR(found[i], expected[i], 2e-4) << columns << " " << given.pitch << " " << i;
        }
      }
    }
  }
}

TEST_P(KernelsTest, MixesRows) {
  std::mt19937 random(6);
  std::uniform_real_distribution<float> uniform(-1, 1);
  for (const int width : {1, 2, 3, 8, 33}) {
    const int points = (width + 3) / 4 * 2;
    const auto values = [&](int count, float reach) {
      std::vector<float> result(std::size_t(4 * count));
      for (float& value : result) value = reach * uniform(random);
      return result;
    };
    const auto copies = values(width, 100), weights = values(points, 1), ground = values(points, 1);
    const std::vector<std::vector<float>> sources = {values(width, 100), values(width, 100),
                                                     values(width, 100), values(width, 100)};
    std::vector<float> expected(copies.size()), found(copies.size());
    MixRow row;
    row.copies = copies.data();
    for (std::size_t i = 0; i < 4; ++i) row.sources[i] = sources[i].data();
    row.weights = weights.data();
    row.ground = ground.data();
    row.width = width;
    row.points = points;
    row.out = expected.data();
    reference::mix_row(row);
    row.out = found.data();
    kernels().mix_row(row);
    for (std::size_t i = 0; i < found.size(); ++i) {
      ASSERT_NEAR(found[i], expected[i], 1e-3) << width << " " << i;
    }
  }
}

TEST_P(KernelsTest, SharpensRows) {
  std::mt19937 random(7);
  std::uniform_real_distribution<float> uniform(0, 1);
  for (const int width : {1, 2, 3, 4, 5, 8, 33}) {
    const auto values = [&](int count, float reach) {
      std::vector<float> result(static_cast<std::size_t>(count));
      for (float& value : result) value = reach * uniform(random);
      return result;
    };
    const auto above = values(4 * width, 255), here = values(4 * width, 255);
    const auto below = values(4 * width, 255), amounts = values((width + 3) / 4 + 2, 0.6f);
    std::vector<float> expected(here.size()), found(here.size());
    SharpenRow row{above.data(), here.data(), below.data(), amounts.data(), width, expected.data()};
    reference::sharpen_row(row);
    row.out = found.data();
    kernels().sharpen_row(row);
    for (std::size_t i = 0; i < found.size(); ++i) {
      ASSERT_NEAR(found[i], expected[i], 1e-3) << width << " " << i;
    }
  }
}

TEST_P(KernelsTest, PacksPixels) {
  std::vector<float> pixels = {-1,      0.5f,   1.5f,          0,     2.5f,   254.5f,
                               255.4f,  0,      std::nanf(""), 1e30f, -1e30f, 0,
                               127.49f, 127.5f, 128.5f,        0};
  for (int i = 0; i < 40; ++i) pixels.push_back(7.3f * static_cast<float>(i));
  const int count = static_cast<int>(pixels.size()) / 4;
  for (const bool swap : {false, true}) {
    std::vector<std::uint8_t> expected(pixels.size(), 9), found(pixels.size(), 9);
    reference::pack_pixels({pixels.data(), count, swap, expected.data()});
    kernels().pack_pixels({pixels.data(), count, swap, found.data()});
    EXPECT_EQ(found, expected);
  }
}

std::string isa_name(const testing::TestParamInfo<Isa>& given) {
  return given.param == Isa::kPlain ? "plain" : given.param == Isa::kAvx2 ? "avx2" : "avx512";
}

// (A + ridge) w = b of one cell, as SolveCells has it.
std::array<double, 4> left_over(const SolveCells& c, int cell, const float* w) {
  const double* sums = c.sums + std::ptrdiff_t{kCellSums} * cell;
  double a[4][4];
  for (int i = 0, number = 0; i < 4; ++i) {
    for (int l = i; l < 4; ++l) a[i][l] = a[l][i] = sums[number++];
  }
  const double ridge = c.ridge * (a[0][0] + a[1][1] + a[2][2] + a[3][3]) + c.least;
  std::array<double, 4> left{};
  for (std::size_t i = 0; i < 4; ++i) {
    left[i] = sums[10 + i] - ridge * double(w[i]);
    for (std::size_t l = 0; l < 4; ++l) left[i] -= a[i][l] * double(w[l]);
  }
  return left;
}

TEST_P(KernelsTest, SolvesCells) {
  for (const int count : {1, 3, 8, 21}) {
    std::vector<double> sums(static_cast<std::size_t>(count * kCellSums), 1e300);
    std::mt19937 random(7);
    std::normal_distribution<double> normal(0, 3);
    for (int cell = 0; cell < count; ++cell) {
      double* to = sums.data() + cell * kCellSums;
      std::fill(to, to + 14, 0.0);
      for (int sample = 0; sample < 9 && cell != 2; ++sample) {  // of one cell nothing is known
        double d[5];
        for (double& value : d) value = normal(random);
        d[4] += 0.6 * d[0] - 0.1 * d[3];
        for (int i = 0, number = 0; i < 4; ++i) {
          for (int l = i; l < 4; ++l) to[number++] += d[i] * d[l];
          to[10 + i] += d[i] * d[4];
        }
      }
    }
    SolveCells c;
    c.sums = sums.data();
    c.count = count;
    c.ridge = 0.02;
    c.least = 1e-6;
    c.low = -100;
    c.high = 100;
    std::vector<float> free(static_cast<std::size_t>(4 * count + 1), kUntouched), cut = free;
    c.out = free.data();
    kernels().solve_cells(c);
    for (int cell = 0; cell < count; ++cell) {
      for (const double left : left_over(c, cell, &free[std::size_t(4 * cell)])) {
        EXPECT_NEAR(left, 0, 1e-4) << cell;
      }
    }
    c.low = -0.05f;
    c.high = 0.4f;
    c.out = cut.data();
    kernels().solve_cells(c);
    for (std::size_t i = 0; i < std::size_t(4 * count); ++i) {
      EXPECT_EQ(cut[i], std::clamp(free[i], c.low, c.high));
    }
    if (count > 2) {
      EXPECT_EQ(free[8], 0);
    }
    EXPECT_EQ(free.back(), kUntouched);
    EXPECT_EQ(cut.back(), kUntouched);
  }
}

INSTANTIATE_TEST_SUITE_P(InstructionSets, KernelsTest,
                         testing::Values(Isa::kPlain, Isa::kAvx2, Isa::kAvx512), isa_name);

}  // namespace
}  // namespace stip::cpu
