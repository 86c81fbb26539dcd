// What is copied from where to where, and how often somebody waits.
#include "gst_gpu_pipeline.h"

namespace stip::test {
namespace {

struct Costs {
  fake_cuda::Counts driver;
  cuda_on_host::Counts engine;
};

Costs now() { return {fake_cuda::counts(), cuda_on_host::counts()}; }

class GpuCopiesTest : public GpuTest {
 protected:
  GpuCopiesTest() : info_(video_info(GST_VIDEO_FORMAT_RGBA, 34, 18)) {}

  // Frames that are on the GPU already, and what comes out stays there.
  std::vector<BufferPtr> run(int count, const std::string& properties, guint device = 0) {
    const GpuFrames frames(info_, device);
    Pipeline pipeline(kIn + predict(properties) + kOut);
    set_caps(pipeline, frames.caps());
    feed(pipeline, info_, count, [&](BufferPtr picture) { return frames.upload(picture); });
    before_ = now();
    EXPECT_TRUE(pipeline.run()) << pipeline.error();
    after_ = now();
    std::vector<BufferPtr> all = pipeline.pull_all();
    for (const BufferPtr& buffer : all) EXPECT_TRUE(is_on_gpu(buffer.get()));
    read_ = contents(info_, all);
    return all;
  }

  template <typename Number>
  int driver(Number number) const {
    return int(after_.driver.*number) - int(before_.driver.*number);
  }
  template <typename Number>
  int engine(Number number) const {
    return int(after_.engine.*number) - int(before_.engine.*number);
  }

  GstVideoInfo info_;
  Costs before_, after_;
  std::vector<std::vector<std::uint8_t>> read_;
};

// The test's frames are of a context of their own.
TEST_F(GpuCopiesTest, AnotherContextsFramesNeverPassThroughTheHost) {
  run(4, "");  // before its first network a GPU is tried with one whose predictions are compared
  EXPECT_EQ(run(8, "").size(), 6u);
  const auto found = read_;
  EXPECT_EQ(driver(&fake_cuda::Counts::to_host), 0);
  EXPECT_EQ(driver(&fake_cuda::Counts::from_host), 0);
  EXPECT_EQ(driver(&fake_cuda::Counts::on_device), 8);
  EXPECT_EQ(driver(&fake_cuda::Counts::between_contexts), 8);
  EXPECT_EQ(engine(&cuda_on_host::Counts::to_host), 0);
  const int of_the_network = engine(&cuda_on_host::Counts::from_host);  // its own, once
  run(16, "");
  EXPECT_EQ(engine(&cuda_on_host::Counts::from_host), of_the_network);
  EXPECT_EQ(engine(&cuda_on_host::Counts::to_host), 0);

  Pipeline host(kIn + predict() + kOut);
  set_caps(host, caps_of(info_));
  feed(host, info_, 8);
  ASSERT_TRUE(host.run()) << host.error();
  EXPECT_LE(difference(found, contents(info_, host.pull_all())), 0);
}

TEST_F(GpuCopiesTest, WaitsOnceForEachFrame) {
  const auto waits = [&](const std::string& properties) {
    run(8, properties);
    const int driver_8 = driver(&fake_cuda::Counts::waits);
    const int engine_8 = engine(&cuda_on_host::Counts::synchronisations);
    run(12, properties);
    return std::pair(driver(&fake_cuda::Counts::waits) - driver_8,
                     engine(&cuda_on_host::Counts::synchronisations) - engine_8);
  };
  // In: our copy, the network's of it, and that the one before the last is free again (which it
  // is). Out: the prediction.
  EXPECT_EQ(waits(""), std::pair(4, 4 * 3));
  // And the two of them beside each other.
  EXPECT_EQ(waits("output=side-by-side"), std::pair(4 * 2, 4 * 3));
  // Nobody wants a prediction: nothing is copied.
  EXPECT_EQ(waits("output=original"), std::pair(0, 0));
}

TEST_F(GpuCopiesTest, AllocatesNothingInTheLongRun) {
  const auto allocations = [&](int count) {
    const GpuFrames frames(info_, 0);
    // Downstream lets go of each frame.
    Pipeline pipeline(kIn + predict() + " ! fakesink sync=false");
    set_caps(pipeline, frames.caps());
    feed(pipeline, info_, count, [&](BufferPtr picture) { return frames.upload(picture); });
    const int before = fake_cuda::counts().allocations;
    EXPECT_TRUE(pipeline.run()) << pipeline.error();
    return fake_cuda::counts().allocations - before;
  };
  // How many are on their way at once depends on the threads, not on the number of frames.
  EXPECT_LE(allocations(40), allocations(10) + 4);
}

TEST_F(GpuCopiesTest, OriginalsPassByReference) {
  const GpuFrames frames(info_, 0);
  Pipeline pipeline(std::string(kIn) + predict() +
                    " p.original ! appsink sync=false wait-on-eos=false name=out "
                    "p.pred_1 ! fakesink sync=false async=false");
  set_caps(pipeline, frames.caps());
  std::vector<GstMemory*> given;
  feed(pipeline, info_, 5, [&](BufferPtr picture) {
    BufferPtr frame = frames.upload(picture);
    given.push_back(gst_buffer_peek_memory(frame.get(), 0));
    return frame;
  });
  ASSERT_TRUE(pipeline.run()) << pipeline.error();
  std::vector<GstMemory*> found;
  const std::vector<BufferPtr> all = pipeline.pull_all();
  for (const BufferPtr& one : all) found.push_back(gst_buffer_peek_memory(one.get(), 0));
  EXPECT_EQ(found, given);
}

TEST_F(GpuCopiesTest, FramesOfAnotherGpuAreRefused) {
  const GpuFrames frames(info_, 1);
  Pipeline pipeline(kIn + predict() + kOut);
  set_caps(pipeline, frames.caps());
  feed(pipeline, info_, 4, [&](BufferPtr picture) { return frames.upload(picture); });
  EXPECT_FALSE(pipeline.run());
  EXPECT_NE(pipeline.error().find("in the memory of GPU 1 and the model runs on cuda:0; use "
                                  "device=cuda:1"),
            std::string::npos);
}

}  // namespace
}  // namespace stip::test
