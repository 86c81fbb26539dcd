// Pictures that are on the device already, and stay there.
#include <gtest/gtest.h>

#include <random>

#include "libstip/cuda/cuda_pair.h"
#include "ops/cuda/frame_layouts.h"
#include "ops/reference/gpu_kernels.h"
#include "support/expect_error.h"

namespace stip {
namespace {

using test::Picture;

constexpr int kWidth = 29, kHeight = 21;
constexpr std::ptrdiff_t kStride = 4 * 32;  // of packed pictures

// Where red, green, blue and the fourth byte of a packed pixel are; -1: there is none.
struct Packing {
  const char* name;
  int bytes;
  int place[4];
};
constexpr Packing kPackings[] = {{"BGR", 3, {2, 1, 0, -1}},
                                 {"RGB", 3, {0, 1, 2, -1}},
                                 {"BGRA", 4, {2, 1, 0, 3}},
                                 {"ARGB", 4, {1, 2, 3, 0}}};

DeviceFrame packed_frame(const Packing& packing, std::uint8_t* data) {
  DeviceFrame frame;
  frame.width = kWidth;
  frame.height = kHeight;
  for (int c = 0; c < 3; ++c) {
    frame.component[c].data = data + packing.place[c];
    frame.component[c].stride = kStride;
    frame.component[c].step = packing.bytes;
  }
  if (packing.place[3] < 0) return frame;
  frame.fourth = frame.component[0];
  frame.fourth.data = data + packing.place[3];
  return frame;
}

std::vector<std::uint8_t> random_bytes(std::size_t count, unsigned seed) {
  std::mt19937 generator(seed);
  std::vector<std::uint8_t> bytes(count);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(generator());
  return bytes;
}

class DevicePictures : public test::DeviceTest {
 protected:
  // A packed picture as the host has it.
  Picture bgr_of(const Packing& packing, const std::vector<std::uint8_t>& bytes) {
    Picture picture(kWidth, kHeight);
    for (int y = 0; y < kHeight; ++y) {
      for (int x = 0; x < kWidth; ++x) {
        for (int c = 0; c < 3; ++c) {
          picture.pixels[std::size_t((y * kWidth + x) * 3 + 2 - c)] =
              bytes[std::size_t(y * kStride + x * packing.bytes + packing.place[c])];
        }
      }
    }
    return picture;
  }
};

TEST_F(DevicePictures, PredictWhatPicturesOfTheHostDo) {
  for (const ModelConfig& config : {test::any_size_config(), test::small_config()}) {  // scales
    for (const StateMode mode : {StateMode::kWindow, StateMode::kRecurrent}) {
      const auto named = test::random_weights_and_norms(config);
      const auto weights = cuda::make_device_weights<float>(config, named);
      const FitGeometry geometry = fit_geometry(config, kWidth, kHeight, Resize::kAuto);
      cuda::CudaStream<float> host(weights, geometry, mode, config.context, 4);
      cuda::CudaStream<float> device(weights, geometry, mode, config.context, 4);
      const auto size = std::size_t(kStride * kHeight);
      const cuda::DeviceArray<std::uint8_t> in(size);
      // Written in full, for the gaps between rows are read as well.
      const std::vector<std::uint8_t> empty(size);
      const auto first = cuda::uploaded(empty, *stream), third = cuda::uploaded(empty, *stream);
      for (unsigned i = 0; i < 16; ++i) {
        const Packing& packing = kPackings[i % 4];
        SCOPED_TRACE(packing.name);
        const auto bytes = random_bytes(size, i);
        cuda::upload(bytes.data(), size, in.data(), *stream);
        host.push(bgr_of(packing, bytes).view());
        const DeviceFrame frame = packed_frame(packing, in.data());
        device.push(frame);
        // Its owner's again.
        if (i % 2 != 0) cuda::upload(random_bytes(size, 99).data(), size, in.data(), *stream);
        if (!host.ready() || i % 5 == 3) continue;
        std::vector<Picture> expected(3, Picture(kWidth, kHeight));
        host.predict({expected[0].mutable_view(), {}, expected[2].mutable_view()});
        device.predict(
            {packed_frame(packing, first.data()), {}, packed_frame(packing, third.data())}, frame);
        const auto read = cuda::downloaded(in, *stream);
        for (const auto& [array, k] : {std::pair(&first, 0), std::pair(&third, 2)}) {
          const auto found = cuda::downloaded(*array, *stream);
          ASSERT_EQ(bgr_of(packing, found).pixels, expected[std::size_t(k)].pixels) << i;
          for (int x = 0; packing.place[3] >= 0 && x < kWidth; ++x) {
            const auto fourth = std::size_t(x * packing.bytes + packing.place[3]);
            ASSERT_EQ(found[fourth], read[fourth]);
          }
        }
      }
    }
  }
}

// Luma and one plane each of U and V with one sample for 2x2 pixels, of the same value all over:
// interpolating changes nothing. (Against GStreamer's own converter: the element's tests.)
TEST_F(DevicePictures, YuvHasTheColoursOfItsStandard) {
  for (const bool bt709 : {false, true}) {
    for (const bool left : {false, true}) {
      const cuda::DeviceArray<std::uint8_t> luma(kWidth * kHeight), u(15 * 11), v(15 * 11);
      DeviceFrame frame;
      frame.width = kWidth;
      frame.height = kHeight;
      frame.component[0] = {luma.data(), kWidth, 1, 16, 219};
      frame.component[1] = {u.data(), 15, 1, 128, 224};
      frame.component[2] = {v.data(), 15, 1, 128, 224};
      frame.is_yuv = true;
      if (!bt709) frame.of_red = 0.299f, frame.of_blue = 0.114f;
      frame.chroma_columns = frame.chroma_lines = 2;
      frame.chroma_left = left;
      for (const auto& [of_u, of_v] : {std::pair(128, 128), std::pair(112, 140)}) {
        std::vector<std::uint8_t> values(kWidth * kHeight);
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = std::uint8_t(90 + i % 100);
        cuda::upload(values.data(), values.size(), luma.data(), *stream);
        cuda::upload(std::vector<std::uint8_t>(165, std::uint8_t(of_u)).data(), 165, u.data(),
                     *stream);
        cuda::upload(std::vector<std::uint8_t>(165, std::uint8_t(of_v)).data(), 165, v.data(),
                     *stream);
        const cuda::DeviceArray<std::uint8_t> rgb(3 * kWidth * kHeight);
        cuda::unpack_frame(frame, {rgb.data(), kWidth, kHeight, 3 * kWidth}, stream->get());
        const auto found = cuda::downloaded(rgb, *stream);
        for (std::size_t i = 0; i < values.size(); ++i) {
          const auto bgr = gpu::reference::unpack_nv12(values[i], of_u, of_v, bt709);
          for (std::size_t c = 0; c < 3; ++c) ASSERT_NEAR(found[3 * i + c], bgr[2 - c], 1);
        }
        // And back.
        cuda::upload(std::vector<std::uint8_t>(values.size()).data(), values.size(), luma.data(),
                     *stream);
        cuda::upload(std::vector<std::uint8_t>(165).data(), 165, u.data(), *stream);
        cuda::pack_frame({rgb.data(), kWidth, kHeight, 3 * kWidth}, {}, frame, stream->get());
        const auto luma_back = cuda::downloaded(luma, *stream),
                   u_back = cuda::downloaded(u, *stream);
        for (std::size_t i = 0; i < values.size(); ++i) ASSERT_NEAR(luma_back[i], values[i], 1);
        for (const std::uint8_t value : u_back) ASSERT_NEAR(value, of_u, 1);
      }
    }
  }
}

}  // namespace
}  // namespace stip
