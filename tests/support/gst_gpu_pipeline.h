#pragma once

#include <gst/app/gstappsrc.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "fake_cuda_driver/controls.h"
#include "gst_gpu_frames.h"
#include "gst_leaks.h"
#include "gst_pipeline.h"
#include "libstip/cuda/cuda_networks.h"
#include "support/cuda_on_host/controls.h"
#include "support/random_model_file.h"
#include "temporary_folder.h"

namespace stip::test {

/// A small network on a GPU that is simulated, behind a driver that is none: gststip's tests of
/// memory:CUDAMemory.
class GpuTest : public GstTest {
 protected:
  GpuTest() { write_model(model_, any_size_config(), random_weights_and_norms(any_size_config())); }

  void SetUp() override {
    // What GStreamer makes once and keeps is not a leak.
    gst_cuda_load_library();
    gst_cuda_memory_init_once();
    GstTest::SetUp();
  }

  std::string predict(const std::string& properties = {}) const {
    return "stippredict name=p async=false precision=fp32 device=cuda model=" + model_ + " " +
           properties;
  }

  using Prepare = std::function<BufferPtr(BufferPtr)>;
  /// Puts `count` pictures and EOS into the appsrc `in`.
  static void feed(const Pipeline& pipeline, const GstVideoInfo& info, int count,
                   const Prepare& prepare = nullptr, int seed = 0) {
    GstAppSrc* in = GST_APP_SRC(pipeline["in"]);
    for (int i = 0; i < count; ++i) {
      BufferPtr buffer = picture(info, seed + i, i);
      if (prepare != nullptr) buffer = prepare(std::move(buffer));
      gst_app_src_push_buffer(in, buffer.release());
    }
    gst_app_src_end_of_stream(in);
  }

  static void set_caps(const Pipeline& pipeline, const CapsPtr& caps) {
    g_object_set(pipeline["in"], "caps", caps.get(), nullptr);
  }

  static std::vector<std::vector<std::uint8_t>> contents(const GstVideoInfo& info,
                                                         const std::vector<BufferPtr>& buffers) {
    std::vector<std::vector<std::uint8_t>> all;
    for (const BufferPtr& buffer : buffers) all.push_back(samples(info, buffer.get()));
    return all;
  }

  /// The largest difference of pictures in the same order; 256 where their numbers differ.
  static int difference(const std::vector<std::vector<std::uint8_t>>& a,
                        const std::vector<std::vector<std::uint8_t>>& b) {
    if (a.size() != b.size()) return 256;
    int largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
      largest = std::max(largest, largest_difference(a[i], b[i]));
    }
    return largest;
  }

  const TemporaryFolder folder_;
  const std::string model_ = folder_.file("m.safetensors");
};

constexpr const char* kIn = "appsrc name=in format=time ! ";
constexpr const char* kToGpu = "cudaupload ! video/x-raw(memory:CUDAMemory) ! ";
constexpr const char* kOut = " ! appsink sync=false wait-on-eos=false name=out";

}  // namespace stip::test
