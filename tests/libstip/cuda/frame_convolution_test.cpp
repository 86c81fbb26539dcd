#include <gtest/gtest.h>

#include "libstip/cuda/device_test.h"
#include "ops/cuda/convolution.h"
#include "ops/cuda/pictures.h"
#include "ops/reference/gpu_kernels.h"

namespace stip {
namespace {

using cuda::padded;
namespace reference = gpu::reference;

constexpr int kGridHeight = 6, kGridWidth = 5, kCells = kGridHeight * kGridWidth, kOutputs = 32;

// How the bytes of a picture lie.
struct Packing {
  int pixel_bytes;
  int channel[3];
};
constexpr Packing kPackings[] = {{3, {0, 1, 2}}, {3, {2, 1, 0}}, {4, {0, 1, 2}}, {4, {3, 2, 1}}};
constexpr std::uint8_t kElsewhere = 99;  // bytes that are no colour

// A picture that ends before the grid does, and a prediction in floats, on the device and as the
// reference sees them.
struct Frames {
  Frames(int p, const Packing& how, const cuda::DeviceStream& stream)
      : patch(p),
        channels(3 * p * p),
        depth(padded(channels)),
        picture(kGridHeight * p - (p > 1), kGridWidth * p - p / 2),
        stride(picture.width * how.pixel_bytes + 5),
        bytes(std::size_t(stride) * std::size_t(picture.height), kElsewhere),
        prediction(kGridHeight, kGridWidth, channels) {
    std::mt19937 generator(7);
    for (auto& byte : picture.values) byte = static_cast<std::uint8_t>(generator());
    for (int y = 0; y < picture.height; ++y) {
      for (int x = 0; x < picture.width; ++x) {
        for (int c = 0; c < 3; ++c) {
          bytes[std::size_t(y * stride + x * how.pixel_bytes + how.channel[c])] =
              picture.at(y, x, c);
        }
      }
    }
    prediction.values = test::random_values<float>(prediction.values.size(), 3, 3);  // not clamped
    device_bytes = cuda::uploaded(bytes, stream);
    device_floats = cuda::uploaded(test::as<float>(padded_cells(prediction.values)), stream);
    kinds = cuda::uploaded(std::vector<std::uint8_t>{0, 1}, stream);
    source.picture = {device_bytes.data(), picture.width,
                      picture.height,      stride,
                      how.pixel_bytes,     {how.channel[0], how.channel[1], how.channel[2]}};
    source.patch = patch;
    source.patched = device_floats.data();
    source.patched_step = depth;
    source.grid_width = kGridWidth;
    source.is_patched = kinds.data();
  }

  std::vector<double> padded_cells(const std::vector<double>& values) const {
    std::vector<double> result(std::size_t(kCells * depth));
    for (std::size_t i = 0; i < values.size(); ++i) result[padded_place(i)] = values[i];
    return result;
  }
  std::size_t padded_place(std::size_t i) const {
    return i / std::size_t(channels) * std::size_t(depth) + i % std::size_t(channels);
  }

  int patch;
  int channels;
  int depth;
  reference::Bytes picture;
  std::ptrdiff_t stride;
  std::vector<std::uint8_t> bytes;
  reference::Map prediction;
  cuda::DeviceArray<std::uint8_t> device_bytes, kinds;
  cuda::DeviceArray<float> device_floats;
  cuda::FrameSource source;
};

template <typename T>
class FrameConvolutionTest : public test::DeviceTestOf<T> {};
using Types = testing::Types<float, cuda::Half, cuda::Bfloat16>;
TYPED_TEST_SUITE(FrameConvolutionTest, Types);

template <typename T>
reference::Map rounded(reference::Map map) {
  for (double& value : map.values) value = cuda::to_float(cuda::from_float<T>(float(value)));
  return map;
}

TYPED_TEST(FrameConvolutionTest, PatchesWhatItReads) {
  using T = TypeParam;
  for (const int patch : {1, 2, 3, 4, 8}) {
    for (const Packing& packing : kPackings) {
      SCOPED_TRACE(patch * 100 + packing.pixel_bytes * 10 + packing.channel[0]);
      const Frames frames(patch, packing, *this->stream);
      const auto patched =
          rounded<T>(reference::patch_picture(frames.picture, patch, kGridHeight, kGridWidth));
      const auto prediction = rounded<T>(frames.prediction);
      const int channels = frames.channels, depth = frames.depth;
      reference::Convolution plain;
      plain.sources = {&patched, &prediction};
      plain.outputs = kOutputs;
      plain.out_height = kGridHeight;
      plain.out_width = kGridWidth;
      plain.leak = 0.2;
      plain.weights = test::random_values<T>(std::size_t(2 * channels * kOutputs), 4,
                                             float(1 / std::sqrt(2 * channels)));
      plain.bias = test::random_values<float>(kOutputs, 5);
      reference::Map expected(kGridHeight, kGridWidth, kOutputs);
      reference::convolve(plain, expected);

      std::vector<double> weights(std::size_t(2 * depth * kOutputs));
      for (int k = 0; k < 2 * channels; ++k) {
        for (int o = 0; o < kOutputs; ++o) {
          weights[std::size_t((k / channels * depth + k % channels) * kOutputs + o)] =
              plain.weights[std::size_t(k * kOutputs + o)];
        }
      }
      const auto device_weights = cuda::uploaded(test::as<T>(weights), *this->stream);
      const auto device_bias = cuda::uploaded(test::as<float>(plain.bias), *this->stream);
      const auto exact = test::unwritten<float>(expected.values.size(), *this->stream);
      cuda::Convolution<cuda::FrameInput<T>> task;
      task.input.count = 2;
      task.input.source[0] = task.input.source[1] = frames.source;
      task.input.source[1].is_patched = frames.kinds.data() + 1;
      task.height = task.out_height = kGridHeight;
      task.width = task.out_width = task.width_out = kGridWidth;
      task.channels = depth;
      task.weights = device_weights.data();
      task.outputs = task.exact_step = kOutputs;
      task.bias = device_bias.data();
      task.leak = 0.2f;
      task.exact = exact.data();
      cuda::ConvolutionBatch<cuda::FrameInput<T>> batch;
      batch.add(task);
      cuda::convolve(batch, this->stream->get());
      const auto found = cuda::downloaded(exact, *this->stream);
      // A byte's float may lie on either side of a tie of T.
      const double most = 1e-5 + (sizeof(T) == 4 ? 0 : test::rounding<T>() / 4);
      for (std::size_t i = 0; i < found.size(); ++i) {
        ASSERT_NEAR(found[i], expected.values[i], most) << i;
      }
    }
  }
}

// As the packed picture that it unpacks to.
TYPED_TEST(FrameConvolutionTest, ReadsNv12) {
  using T = TypeParam;
  for (const int patch : {1, 2, 8}) {
    SCOPED_TRACE(patch);
    const int width = kGridWidth * patch - patch / 2, height = kGridHeight * patch - (patch > 1);
    const int stride = width + 7, depth = padded(3 * patch * patch);
    std::mt19937 generator(11);
    std::vector<std::uint8_t> planes(std::size_t(stride * height + stride * (height + 1) / 2));
    for (auto& byte : planes) byte = static_cast<std::uint8_t>(generator());
    const auto device_planes = cuda::uploaded(planes, *this->stream);
    const cuda::DeviceArray<std::uint8_t> unpacked(std::size_t(width * height * 3));
    const auto kinds = cuda::uploaded(std::vector<std::uint8_t>{0}, *this->stream);
    cuda::FrameSource nv12, packed;
    nv12.picture.data = device_planes.data();
    nv12.picture.width = width;
    nv12.picture.height = height;
    nv12.picture.stride = nv12.picture.chroma_stride = stride;
    nv12.picture.chroma = device_planes.data() + stride * height;
    cuda::unpack_nv12(nv12.picture, {unpacked.data(), width, height, width * 3, 3, {0, 1, 2}},
                      this->stream->get());
    packed.picture = {unpacked.data(), width, height, width * 3, 3, {2, 1, 0}};
    for (int c = 0; c < 3; ++c) nv12.picture.channel[c] = 2 - c;
    const auto weights = cuda::uploaded(
        test::as<T>(test::random_values<T>(std::size_t(depth * kOutputs), 4)), *this->stream);
    std::vector<std::vector<float>> found;
    for (cuda::FrameSource* frame : {&nv12, &packed}) {
      frame->patch = patch;
      frame->grid_width = kGridWidth;
      frame->is_patched = kinds.data();
      const auto exact = test::unwritten<float>(kCells * kOutputs, *this->stream);
      cuda::Convolution<cuda::FrameInput<T>> task;
      task.input.source[0] = *frame;
      task.height = task.out_height = kGridHeight;
      task.width = task.out_width = task.width_out = kGridWidth;
      task.channels = depth;
      task.weights = weights.data();
      task.outputs = task.exact_step = kOutputs;
      task.exact = exact.data();
      cuda::ConvolutionBatch<cuda::FrameInput<T>> batch;
      batch.add(task);
      cuda::convolve(batch, this->stream->get());
      found.push_back(cuda::downloaded(exact, *this->stream));
    }
    // A compiler may round one of the two to the other side of a tie: a byte, 0.004 of a weight.
    for (std::size_t i = 0; i < found[0].size(); ++i) ASSERT_NEAR(found[0][i], found[1][i], 0.02);
  }
}

// output: residual, of a network that says nothing: floats and bytes are those of the frame added.
TYPED_TEST(FrameConvolutionTest, GivesBackThePictureThatIsAdded) {
  using T = TypeParam;
  for (const int patch : {1, 2, 3, 8}) {
    for (const Packing& packing : kPackings) {
      SCOPED_TRACE(patch * 100 + packing.pixel_bytes * 10 + packing.channel[0]);
      const Frames frames(patch, packing, *this->stream);
      const int depth = frames.depth;
      const auto zeros = [&](int count) {
        return cuda::uploaded(test::as<T>(std::vector<double>(std::size_t(count))), *this->stream);
      };
      const auto map = zeros(kCells * 16), weights = zeros(16 * depth);
      const auto sum = test::unwritten<float>(std::size_t(kCells * depth), *this->stream);
      const auto back =
          cuda::uploaded(std::vector<std::uint8_t>(frames.bytes.size(), kElsewhere), *this->stream);
      cuda::Convolution<cuda::MapInput<T>> task;
      task.input.source[0] = {map.data(), 16};
      task.height = task.out_height = kGridHeight;
      task.width = task.out_width = task.width_out = kGridWidth;
      task.channels = 16;
      task.weights = weights.data();
      task.outputs = task.exact_step = depth;
      task.newest = frames.source;
      task.adds_newest = true;
      task.exact = sum.data();
      task.picture = {
          back.data(),           frames.picture.width,
          frames.picture.height, frames.stride,
          packing.pixel_bytes,   {packing.channel[0], packing.channel[1], packing.channel[2]}};
      task.patch = patch;
      cuda::ConvolutionBatch<cuda::MapInput<T>> batch;
      batch.add(task);
      cuda::convolve(batch, this->stream->get());

      const auto floats = cuda::downloaded(sum, *this->stream);
      const auto given = reference::patch_picture(frames.picture, patch, kGridHeight, kGridWidth);
      for (std::size_t i = 0; i < given.values.size(); ++i) {
        ASSERT_NEAR(floats[frames.padded_place(i)], given.values[i], 1e-6);
      }
      std::vector<std::uint8_t> expected = frames.bytes;
      if (packing.pixel_bytes == 4) {  // the byte that is no colour
        const int spare = 6 - packing.channel[0] - packing.channel[1] - packing.channel[2];
        for (int y = 0; y < frames.picture.height; ++y) {
          for (int x = 0; x < frames.picture.width; ++x) {
            expected[std::size_t(y * frames.stride + 4 * x + spare)] = 255;
          }
        }
      }
      EXPECT_EQ(cuda::downloaded(back, *this->stream), expected);
    }
  }
}

}  // namespace
}  // namespace stip
