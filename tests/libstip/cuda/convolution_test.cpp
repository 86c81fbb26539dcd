#include "ops/cuda/convolution.h"

#include <gtest/gtest.h>

#include "libstip/cuda/device_test.h"
#include "ops/reference/gpu_kernels.h"

namespace stip {
namespace {

using cuda::padded;
namespace reference = gpu::reference;

// Sizes of one convolution, whatever it is part of.
struct Sizes {
  const char* name;
  int height, width;
  int channels;  // true ones: the map holds more, zeros
  int outputs;
  int sources = 1;
  int rows = 1, columns = 1, top = 0, left = 0, stride = 1;
  int out_height = 0, out_width = 0;  // 0: as the source
  int spread = 1, shift_y = 0, shift_x = 0;
  bool recall = false;
  int splits = 1;
  int wider = 0;  // channels of the maps that nobody reads
};

// Every kind of layer that the network has, at sizes that fill tiles and that do not.
const Sizes kSizes[] = {
    {"pointwise", 5, 7, 16, 16},
    {"two_sources", 9, 8, 16, 64, 2},
    {"gates_5x5", 9, 11, 16, 64, 1, 5, 5, -2, -2},
    {"gates_5x5_of_64", 6, 5, 64, 128, 1, 5, 5, -2, -2},
    {"gates_7x7_one_pixel", 1, 1, 16, 64, 1, 7, 7, -3, -3},
    {"level_stride_2", 16, 22, 16, 16, 1, 3, 3, -1, -1, 2, 8, 11},
    {"level_stride_2_of_80", 8, 6, 80, 80, 1, 3, 3, -1, -1, 2, 4, 3, 1, 0, 0, false, 1, 16},
    {"phase_0", 6, 9, 16, 16, 1, 1, 1, 0, 0, 1, 6, 9, 2, 0, 0, true},
    {"phase_3", 6, 9, 32, 48, 2, 2, 2, 0, 0, 1, 6, 9, 2, 1, 1, true},
    {"odd_channels", 7, 5, 20, 12, 1, 3, 3, -1, -1},
    {"in_parts", 9, 11, 48, 64, 1, 5, 5, -2, -2, 1, 0, 0, 1, 0, 0, false, 5},
    {"many_rows", 40, 9, 16, 80},
};

template <typename T>
class ConvolutionTest : public test::DeviceTestOf<T> {
 protected:
  // A map whose padded and surplus channels are not what the reference sees: zeros, and others.
  reference::Map make_map(int height, int width, int channels, unsigned seed) {
    reference::Map map(height, width, channels);
    map.values = test::random_values<T>(map.values.size(), seed);
    return map;
  }
  cuda::DeviceArray<T> put(const reference::Map& map, int step, int filled) {
    std::vector<double> values(std::size_t(map.height) * std::size_t(map.width) *
                               std::size_t(step));
    for (std::size_t i = 0; i < values.size(); ++i) {
      const int c = int(i % std::size_t(step));
      const std::size_t pixel = i / std::size_t(step);
      if (c < map.channels)
        values[i] = map.values[pixel * std::size_t(map.channels) + std::size_t(c)];
      if (c >= filled) values[i] = 77;
    }
    return cuda::uploaded(test::as<T>(values), *this->stream);
  }
};

using Types = testing::Types<float, cuda::Half, cuda::Bfloat16>;
TYPED_TEST_SUITE(ConvolutionTest, Types);

TYPED_TEST(ConvolutionTest, EqualsTheReferenceAtAllSizes) {
  using T = TypeParam;
  for (const Sizes& s : kSizes) {
    SCOPED_TRACE(s.name);
    const int in_step = padded(s.channels) + s.wider, out_step = padded(s.outputs);
    reference::Convolution plain;
    plain.rows = s.rows;
    plain.columns = s.columns;
    plain.top = s.top;
    plain.left = s.left;
    plain.stride = s.stride;
    plain.outputs = s.outputs;
    plain.out_height = s.out_height > 0 ? s.out_height : s.height;
    plain.out_width = s.out_width > 0 ? s.out_width : s.width;
    plain.spread = s.spread;
    plain.shift_y = s.shift_y;
    plain.shift_x = s.shift_x;
    plain.leak = 0.2;
    const int taps = s.sources * s.rows * s.columns;
    plain.weights = test::random_values<T>(std::size_t(taps * s.channels * s.outputs), 1,
                                           float(1 / std::sqrt(taps * s.channels)));
    plain.bias = test::random_values<float>(std::size_t(s.outputs), 2);
    std::vector<reference::Map> maps;
    for (int i = 0; i < s.sources; ++i) {
      maps.push_back(this->make_map(s.height, s.width, s.channels, unsigned(10 + i)));
    }
    for (const auto& map : maps) plain.sources.push_back(&map);
    const int full_height = plain.out_height * s.spread, full_width = plain.out_width * s.spread;
    const reference::Map recall = this->make_map(full_height, full_width, s.outputs, 20);
    if (s.recall) {
      plain.recall = &recall;
      plain.recall_weight = 0.1;
    }
    if (s.splits > 1) {
      plain.leak = 1;
      plain.bias.assign(plain.bias.size(), 0);
    }
    reference::Map expected(full_height, full_width, s.outputs);
    reference::convolve(plain, expected);

    std::vector<double> weights(std::size_t(taps * padded(s.channels) * padded(s.outputs)));
    for (int tap = 0; tap < taps; ++tap) {
      for (int c = 0; c < s.channels; ++c) {
        for (int o = 0; o < s.outputs; ++o) {
          weights[std::size_t((tap * padded(s.channels) + c) * padded(s.outputs) + o)] =
              plain.weights[std::size_t((tap * s.channels + c) * s.outputs + o)];
        }
      }
    }
    std::vector<double> bias = plain.bias;
    bias.resize(std::size_t(padded(s.outputs)));
    const auto device_weights = cuda::uploaded(test::as<T>(weights), *this->stream);
    const auto device_bias = cuda::uploaded(test::as<float>(bias), *this->stream);
    std::vector<cuda::DeviceArray<T>> sources;
    for (const auto& map : maps) sources.push_back(this->put(map, in_step, padded(s.channels)));
    const auto device_recall = this->put(recall, out_step, out_step);
    const std::size_t out_values =
        expected.values.size() / std::size_t(s.outputs) * std::size_t(out_step);
    const auto out = test::unwritten<T>(out_values, *this->stream);
    const auto exact = test::unwritten<float>(out_values * std::size_t(s.splits), *this->stream);

    cuda::Convolution<cuda::MapInput<T>> task;
    for (int i = 0; i < s.sources; ++i)
      task.input.source[i] = {sources[std::size_t(i)].data(), in_step};
    task.input.count = s.sources;
    task.height = s.height;
    task.width = s.width;
    task.channels = padded(s.channels);
    task.rows = s.rows;
    task.columns = s.columns;
    task.top = s.top;
    task.left = s.left;
    task.stride = s.stride;
    task.weights = device_weights.data();
    task.outputs = padded(s.outputs);
    task.out_height = plain.out_height;
    task.out_width = plain.out_width;
    task.spread = s.spread;
    task.shift_y = s.shift_y;
    task.shift_x = s.shift_x;
    task.width_out = full_width;
    task.exact = exact.data();
    task.exact_step = out_step;
    task.split_exact = std::ptrdiff_t(out_values);
    if (s.splits == 1) {
      task.bias = device_bias.data();
      task.leak = 0.2f;
      task.out = out.data();
      task.out_step = out_step;
    }
    if (s.recall) {
      task.recall = device_recall.data();
      task.recall_step = out_step;
      task.recall_weight = 0.1f;
    }
    cuda::ConvolutionBatch<cuda::MapInput<T>> batch;
    batch.add(task);
    batch.splits = s.splits;
    cuda::convolve(batch, this->stream->get());

    const auto found = cuda::downloaded(exact, *this->stream);
    const auto rounded = cuda::downloaded(out, *this->stream);
    double worst = 0, worst_rounded = 0;
    for (int y = 0; y < plain.out_height; ++y) {
      for (int x = 0; x < plain.out_width; ++x) {
        const int to_y = y * s.spread + s.shift_y, to_x = x * s.spread + s.shift_x;
        for (int o = 0; o < s.outputs; ++o) {
          const auto place = std::size_t((to_y * full_width + to_x) * out_step + o);
          double sum = 0;
          for (int part = 0; part < s.splits; ++part) {
            sum += double(found[place + std::size_t(part) * out_values]);
          }
          const double truth = expected.at(to_y, to_x, o);
          worst = std::max(worst, std::abs(sum - truth));
          if (s.splits > 1) continue;
          worst_rounded =
              std::max(worst_rounded, std::abs(double(cuda::to_float(rounded[place])) - truth) /
                                          (1 + std::abs(truth)));
        }
      }
    }
    EXPECT_LE(worst, sizeof(T) == 4 ? 1e-5 : 2e-5);  // tensor cores cut bits off; sums of products
                                                     // are in single precision whatever T is
    EXPECT_LE(worst_rounded, test::rounding<T>() + 1e-5);
  }
}

// The batch that T's gates of several layers are made in, and tasks of different sizes side by
// side.
TYPED_TEST(ConvolutionTest, CopiesAndTasksOfABatchDoNotMeet) {
  using T = TypeParam;
  constexpr int kCopies = 3, kHeight = 5, kWidth = 4, kPixels = kHeight * kWidth, kOut = 32;
  reference::Map maps[kCopies] = {this->make_map(kHeight, kWidth, 16, 1),
                                  this->make_map(kHeight, kWidth, 16, 2),
                                  this->make_map(kHeight, kWidth, 16, 3)};
  std::vector<double> all, weights;
  for (const auto& map : maps) all.insert(all.end(), map.values.begin(), map.values.end());
  const auto each = std::size_t(9 * 16 * kOut);
  weights = test::random_values<T>(each * kCopies, 5, 0.1f);
  const auto source = cuda::uploaded(test::as<T>(all), *this->stream);
  const auto device_weights = cuda::uploaded(test::as<T>(weights), *this->stream);
  const auto exact =
      test::unwritten<float>(std::size_t(2 * kCopies * kPixels * kOut), *this->stream);
  cuda::ConvolutionBatch<cuda::MapInput<T>> batch;
  for (int columns : {3, 1}) {  // 3x3, and the middle row's first column alone
    cuda::Convolution<cuda::MapInput<T>> task;
    task.input.source[0] = {source.data(), 16};
    task.height = task.out_height = kHeight;
    task.width = task.out_width = task.width_out = kWidth;
    task.channels = 16;
    task.rows = columns;
    task.columns = columns;
    task.top = task.left = columns == 3 ? -1 : 0;
    task.weights = device_weights.data();
    task.outputs = kOut;
    task.exact = exact.data() + (columns == 3 ? 0 : kCopies * kPixels * kOut);
    task.exact_step = kOut;
    task.copy_source = kPixels * 16;
    task.copy_weights = std::ptrdiff_t(each);
    task.copy_exact = kPixels * kOut;
    batch.add(task);
  }
  batch.copies = kCopies;
  cuda::convolve(batch, this->stream->get());
  const auto found = cuda::downloaded(exact, *this->stream);
  for (int size : {3, 1}) {
    for (int copy = 0; copy < kCopies; ++copy) {
      reference::Convolution plain;
      plain.sources = {&maps[copy]};
      plain.rows = plain.columns = size;
      plain.top = plain.left = size == 3 ? -1 : 0;
      plain.outputs = kOut;
      plain.out_height = kHeight;
      plain.out_width = kWidth;
      plain.bias.assign(kOut, 0);
      plain.weights.assign(weights.begin() + std::ptrdiff_t(each) * copy, weights.end());
      reference::Map expected(kHeight, kWidth, kOut);
      reference::convolve(plain, expected);
      const auto first = std::size_t(((size == 3 ? 0 : kCopies) + copy) * kPixels * kOut);
      for (std::size_t i = 0; i < expected.values.size(); ++i) {
        ASSERT_NEAR(found[first + i], expected.values[i], 1e-5) << size << " " << copy << " " << i;
      }
    }
  }
}

TEST(Splits, FillTheDeviceButStayLongEnough) {
  EXPECT_EQ(cuda::choose_splits(256, 256, 1600, 1, 132), 9);  // 16 tiles
  EXPECT_EQ(cuda::choose_splits(256, 256, 1600, 15, 132), 1);
  EXPECT_EQ(cuda::choose_splits(256, 256, 100, 1, 132), 1);
  EXPECT_EQ(cuda::choose_splits(1, 64, 400, 1, 132), 3);
}

}  // namespace
}  // namespace stip
