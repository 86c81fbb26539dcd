// Pads, negotiation, contexts and failures with video in a GPU's memory.
#include "gst_gpu_pipeline.h"
#include "stip/predictor.h"

namespace stip::test {
namespace {

constexpr const char* kSink = " appsink sync=false async=false wait-on-eos=false name=";

class GpuPads : public GpuTest {
 protected:
  GpuPads() : info_(video_info(GST_VIDEO_FORMAT_RGBA, 34, 18)) {}

  using Contents = std::vector<std::vector<std::uint8_t>>;

  // What comes out of these sinks of "p.pad ! ... ! appsink name=...".
  std::vector<Contents> run(const std::string& description, const std::vector<const char*>& sinks,
                            const GstVideoInfo& of_src) {
    Pipeline pipeline(kIn + description);
    set_caps(pipeline, caps_of(info_));
    feed(pipeline, info_, 9);
    EXPECT_TRUE(pipeline.run()) << pipeline.error();
    std::vector<Contents> all;
    for (const char* sink : sinks) {
      const bool src = std::string(sink) == "src";
      all.push_back(contents(src ? of_src : info_, pipeline.pull_all(sink)));
      EXPECT_FALSE(all.back().empty()) << sink;
    }
    on_gpu_ = sink_on_gpu(pipeline);
    return all;
  }

  static bool sink_on_gpu(const Pipeline& pipeline) {
    GstPad* pad = gst_element_get_static_pad(pipeline["p"], "sink");
    const CapsPtr caps(gst_pad_get_current_caps(pad));
    gst_object_unref(pad);
    return caps != nullptr && gst_caps_features_contains(gst_caps_get_features(caps.get(), 0),
                                                         GST_CAPS_FEATURE_MEMORY_CUDA_MEMORY);
  }

  // The first error of frames that are in a GPU's memory and can be nowhere else.
  std::string error_on_gpu(const std::string& properties) {
    const GpuFrames frames(info_, 0);
    Pipeline pipeline(kIn + predict(properties) + kOut);
    set_caps(pipeline, frames.caps());
    feed(pipeline, info_, 4, uploaded_to(frames));
    EXPECT_FALSE(pipeline.run());
    return pipeline.error();
  }

  // PLAYING, with four pictures in; more may follow.
  void play(Pipeline& pipeline, const CapsPtr& caps, const Prepare& prepare) {
    set_caps(pipeline, caps);
    ASSERT_NE(pipeline.ask(GST_STATE_PLAYING), GST_STATE_CHANGE_FAILURE);
    for (int i = 0; i < 4; ++i) push(pipeline, prepare(picture(info_, i, i)));
    ASSERT_TRUE(pipeline.reach(GST_STATE_PLAYING)) << pipeline.error();
  }
  static void push(const Pipeline& pipeline, BufferPtr frame) {
    gst_app_src_push_buffer(GST_APP_SRC(pipeline["in"]), frame.release());
  }
  static Prepare uploaded_to(const GpuFrames& frames) {
    return [&frames](BufferPtr picture) { return frames.upload(picture); };
  }

  GstVideoInfo info_;
  bool on_gpu_ = false;
};

TEST_F(GpuPads, AllShowWhatTheyShowOnTheHost) {
  const auto doubled = video_info(GST_VIDEO_FORMAT_RGBA, 68, 18);
  for (const char* async : {"false", "true"}) {
    for (const char* stamps : {"target", "source"}) {
      const auto pads = [&](const std::string& download) {
        return predict(std::string("pred_3::horizon=2 output=side-by-side horizon=2 async=") +
                       async + " late-policy=skip-output timestamps=" + stamps) +
               " " + "! " + download + kSink + "src p.original ! " + download + kSink +
               "original p.pred_1 ! " + download + kSink + "first p.pred_2 ! " + download + kSink +
               "second p.pred_3 ! " + download + kSink + "again";
      };
      const std::vector<const char*> sinks = {"src", "original", "first", "second", "again"};
      const auto gpu = run(kToGpu + pads("cudadownload !"), sinks, doubled);
      EXPECT_TRUE(on_gpu_);
      if (std::string(async) == "true") continue;  // which frames are skipped is not known
      const auto host = run(pads(""), sinks, doubled);
      EXPECT_FALSE(on_gpu_);
      for (std::size_t i = 0; i < sinks.size(); ++i) {
        EXPECT_EQ(difference(host[i], gpu[i]), 0) << sinks[i] << " " << stamps;
      }
      EXPECT_EQ(gpu[3], gpu[4]) << "two pads of one horizon";
    }
  }
}

TEST_F(GpuPads, UploadPredictDownloadStaysOnTheGpu) {
  const int foreign = fake_cuda::counts().between_contexts;
  run("cudaupload ! " + predict() + " ! cudadownload ! video/x-raw !" + kSink + "out", {"out"},
      info_);
  EXPECT_TRUE(on_gpu_);
  EXPECT_EQ(fake_cuda::counts().between_contexts, foreign) << "cudaupload takes our context";
}

TEST_F(GpuPads, TwoInSeriesAreWhatTheyAreOnTheHost) {
  std::string second = predict();
  second.replace(second.find("name=p"), 6, "name=q");
  const std::string both = predict() + " ! " + second;
  const auto host = run(both + " !" + kSink + "out", {"out"}, info_);
  EXPECT_FALSE(on_gpu_);
  const auto gpu =
      run(kToGpu + both + " ! cudadownload ! video/x-raw !" + kSink + "out", {"out"}, info_);
  EXPECT_TRUE(on_gpu_);
  EXPECT_EQ(difference(host[0], gpu[0]), 0);
}

TEST_F(GpuPads, RunsAgainAfterNull) {
  Pipeline pipeline("videotestsrc num-buffers=6 ! video/x-raw,width=34,height=18 ! cudaupload ! " +
                    predict() + " ! cudadownload ! video/x-raw !" + kSink + "out");
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(pipeline.run()) << pipeline.error();
    EXPECT_TRUE(sink_on_gpu(pipeline));
    EXPECT_EQ(pipeline.pull_all().size(), 4u);
    ASSERT_TRUE(pipeline.reach(i == 0 ? GST_STATE_READY : GST_STATE_NULL));
  }
}

TEST_F(GpuPads, OnePadOnTheHostBringsAllToTheHost) {
  run("cudaupload ! " + predict() + " ! cudadownload !" + kSink + "src p.pred_1 ! video/x-raw !" +
          kSink + "first",
      {"src", "first"}, info_);
  EXPECT_FALSE(on_gpu_);
}

TEST_F(GpuPads, WhatIsDrawnOnTheCpuBringsAllToTheHost) {
  for (const char* properties :
       {"output=difference", "output=heat-map", "output=conceal", "anomaly-threshold=0.9",
        "auto-bypass=true", "scene-change-threshold=0.5"}) {
    SCOPED_TRACE(properties);
    run("cudaupload ! " + predict(properties) + " ! cudadownload !" + kSink + "out", {"out"},
        info_);
    EXPECT_FALSE(on_gpu_);
    const std::string error = error_on_gpu(properties);
    EXPECT_EQ(error.rfind(error_name(GST_CORE_ERROR, GST_CORE_ERROR_NEGOTIATION), 0), 0u) << error;
    const std::string name = std::string(properties).find("output") == 0
                                 ? properties
                                 : std::string(properties, std::string(properties).find('='));
    EXPECT_NE(error.find(name + " works on pictures in the host's memory"), std::string::npos)
        << error;
  }
}

TEST_F(GpuPads, AnOutputSetLaterThatNeedsTheCpuIsAnError) {
  const GpuFrames frames(info_, 0);
  Pipeline pipeline(kIn + predict() + kOut);
  ASSERT_NO_FATAL_FAILURE(play(pipeline, frames.caps(), uploaded_to(frames)));
  gst_util_set_object_arg(G_OBJECT(pipeline["p"]), "output", "difference");
  push(pipeline, frames.upload(picture(info_, 4, 4)));
  EXPECT_NE(pipeline.error().find("output=difference works on pictures in the host's memory"),
            std::string::npos);
}

TEST_F(GpuPads, MemoryMayChangeWhileTheSamePicturesPlay) {
  const GpuFrames frames(info_, 0);
  Pipeline pipeline(kIn + predict("output=side-by-side") + kOut);
  GstAppSrc* in = GST_APP_SRC(pipeline["in"]);
  for (int i = 0; i < 12; ++i) {
    const bool gpu = i / 4 == 1;
    const BufferPtr frame = gpu ? frames.upload(picture(info_, i, i)) : picture(info_, i, i);
    const CapsPtr caps = gpu ? frames.caps() : caps_of(info_);
    GstSample* sample = gst_sample_new(frame.get(), caps.get(), nullptr, nullptr);
    gst_app_src_push_sample(in, sample);
    gst_sample_unref(sample);
  }
  gst_app_src_end_of_stream(in);
  ASSERT_TRUE(pipeline.run()) << pipeline.error();
  const std::vector<BufferPtr> all = pipeline.pull_all();
  ASSERT_EQ(all.size(), 12u);
  for (int i = 0; i < 12; ++i) {
    EXPECT_EQ(is_on_gpu(all[std::size_t(i)].get()), i / 4 == 1) << i;
    EXPECT_EQ(GST_BUFFER_PTS(all[std::size_t(i)].get()), GstClockTime(i) * kStep);
  }
}

TEST_F(GpuPads, TheContextIsPostedAndAnsweredForOnceThereIsOne) {
  Pipeline pipeline(kIn + predict() + kOut);
  GstBus* bus = gst_element_get_bus(pipeline.get());
  ASSERT_TRUE(pipeline.reach(GST_STATE_READY));
  GstMessage* message = gst_bus_pop_filtered(bus, GST_MESSAGE_HAVE_CONTEXT);
  ASSERT_NE(message, nullptr);
  EXPECT_EQ(GST_MESSAGE_SRC(message), GST_OBJECT(pipeline["p"]));
  gst_message_unref(message);
  gst_object_unref(bus);
  for (const char* name : {"sink", "src"}) {
    GstPad* pad = gst_element_get_static_pad(pipeline["p"], name);
    const gst::QueryPtr query(gst_query_new_context(GST_CUDA_CONTEXT_TYPE));
    EXPECT_TRUE(gst_pad_query(pad, query.get())) << name;
    GstContext* context = nullptr;
    gst_query_parse_context(query.get(), &context);
    ASSERT_NE(context, nullptr);
    GstCudaContext* cuda = nullptr;
    gst_structure_get(gst_context_get_structure(context), GST_CUDA_CONTEXT_TYPE,
                      GST_TYPE_CUDA_CONTEXT, &cuda, nullptr);
    guint device = 99;
    g_object_get(cuda, "cuda-device-id", &device, nullptr);
    EXPECT_EQ(device, 0u);
    gst_object_unref(cuda);
    gst_object_unref(pad);
  }
}

TEST_F(GpuPads, AModelOfTheCpuIsNotSwappedIn) {
  const GpuFrames frames(info_, 0);
  Pipeline pipeline(kIn + predict() + kOut);
  GstBus* bus = gst_element_get_bus(pipeline.get());
  ASSERT_NO_FATAL_FAILURE(play(pipeline, frames.caps(), uploaded_to(frames)));
  g_object_set(pipeline["p"], "model", "copy-last", nullptr);
  GstMessage* message = gst_bus_timed_pop_filtered(bus, 10 * GST_SECOND, GST_MESSAGE_WARNING);
  ASSERT_NE(message, nullptr);
  GError* warning = nullptr;
  gst_message_parse_warning(message, &warning, nullptr);
  EXPECT_NE(std::string(warning->message).find("does not run on the GPU whose memory"),
            std::string::npos);
  g_error_free(warning);
  gst_message_unref(message);
  push(pipeline, frames.upload(picture(info_, 4, 4)));
  gst_app_src_end_of_stream(GST_APP_SRC(pipeline["in"]));
  EXPECT_TRUE(pipeline.wait_for_eos()) << pipeline.error();
  EXPECT_EQ(pipeline.pull_all().size(), 3u);
  gst_object_unref(bus);
}

// The video is on the host for the output's sake, and is to stay there for the model's.
TEST_F(GpuPads, AModelOfTheCpuSwappedInKeepsVideoOnTheHost) {
  Pipeline pipeline(std::string(kIn) + "cudaupload ! " + predict("output=difference") +
                    " ! cudadownload" + kOut);
  GstBus* bus = gst_element_get_bus(pipeline.get());
  ASSERT_NO_FATAL_FAILURE(
      play(pipeline, caps_of(info_), [](BufferPtr picture) { return picture; }));
  EXPECT_FALSE(sink_on_gpu(pipeline));
  g_object_set(pipeline["p"], "model", "copy-last", nullptr);
  for (bool swapped = false; !swapped;) {
    GstMessage* message = gst_bus_timed_pop_filtered(bus, 10 * GST_SECOND, GST_MESSAGE_ELEMENT);
    ASSERT_NE(message, nullptr);
    swapped = gst_message_has_name(message, "stippredict-model-updated");
    gst_message_unref(message);
  }
  gst_util_set_object_arg(G_OBJECT(pipeline["p"]), "output", "predicted");
  for (int i = 4; i < 8; ++i) push(pipeline, picture(info_, i, i));
  gst_app_src_end_of_stream(GST_APP_SRC(pipeline["in"]));
  EXPECT_TRUE(pipeline.wait_for_eos()) << pipeline.error();
  EXPECT_FALSE(sink_on_gpu(pipeline));
  gst_object_unref(bus);
}

TEST_F(GpuPads, AGpusMemoryUnderTheHostsCapsIsReadAsTheHosts) {
  const GpuFrames frames(info_, 0);
  const auto shown = [&](const Prepare& prepare) {
    Pipeline pipeline(std::string(kIn) + "stippredict name=p model=copy-last output=side-by-side" +
                      kOut);
    set_caps(pipeline, caps_of(info_));
    feed(pipeline, info_, 5, prepare);
    EXPECT_TRUE(pipeline.run()) << pipeline.error();
    return contents(video_info(GST_VIDEO_FORMAT_RGBA, 68, 18), pipeline.pull_all());
  };
  const auto expected = shown(nullptr);
  EXPECT_EQ(expected.size(), 5u);
  // The driver here is none, whose memory could be read by mistake: so downloads are counted.
  int others = 0;
  const auto written_on_the_gpu = [&](BufferPtr picture) {
    const int before = fake_cuda::counts().to_host;
    BufferPtr frame = frames.upload(picture);
    GstMapInfo map;
    const auto there = static_cast<GstMapFlags>(GST_MAP_READWRITE | GST_MAP_CUDA);
    EXPECT_TRUE(gst_buffer_map(frame.get(), &map, there));
    gst_buffer_unmap(frame.get(), &map);
    others += fake_cuda::counts().to_host - before;
    return frame;
  };
  const int before = fake_cuda::counts().to_host;
  EXPECT_EQ(shown(written_on_the_gpu), expected);
  EXPECT_EQ(fake_cuda::counts().to_host - before - others, 5);
}

TEST_F(GpuPads, TooLittleMemoryForFramesIsAnErrorThatSaysSo) {
  const GpuFrames frames(info_, 0);
  Pipeline pipeline(kIn + predict() + kOut);
  set_caps(pipeline, frames.caps());
  feed(pipeline, info_, 4, uploaded_to(frames));
  fake_cuda::set_memory_limit(fake_cuda::counts().bytes_held + 1);
  EXPECT_FALSE(pipeline.run());
  fake_cuda::set_memory_limit(0);
  const std::string error = pipeline.error();
  EXPECT_EQ(error.rfind(error_name(GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT), 0), 0u)
      << error;
  EXPECT_NE(error.find("not enough GPU memory for this video"), std::string::npos) << error;
}

TEST_F(GpuPads, TooLittleMemoryForTheNetworkHalvesIt) {
  info_ = video_info(GST_VIDEO_FORMAT_RGBA, 160, 96);
  const GpuFrames frames(info_, 0);
  Pipeline pipeline(kIn + predict() + kOut);
  GstBus* bus = gst_element_get_bus(pipeline.get());
  set_caps(pipeline, frames.caps());
  feed(pipeline, info_, 4, uploaded_to(frames));
  ASSERT_TRUE(pipeline.reach(GST_STATE_READY));
  const std::size_t without = cuda_on_host::counts().bytes_held;
  std::size_t whole = 0;
  {
    PredictorOptions options;
    options.width = 160;
    options.height = 96;
    const auto predictor = load_model({model_, "cuda", 0, "fp32"})->make_predictor(options);
    whole = cuda_on_host::counts().bytes_held - without;
  }
  cuda_on_host::set_memory_limit(without + whole * 2 / 3);
  ASSERT_NE(pipeline.ask(GST_STATE_PLAYING), GST_STATE_CHANGE_FAILURE);
  const auto any = static_cast<GstMessageType>(GST_MESSAGE_WARNING | GST_MESSAGE_EOS);
  GstMessage* message = gst_bus_timed_pop_filtered(bus, 10 * GST_SECOND, any);
  ASSERT_NE(message, nullptr);
  EXPECT_EQ(GST_MESSAGE_TYPE(message), GST_MESSAGE_WARNING) << "told that it is halved";
  gst_message_unref(message);
  EXPECT_TRUE(pipeline.wait_for_eos()) << pipeline.error();
  cuda_on_host::set_memory_limit(0);
  EXPECT_EQ(pipeline.pull_all().size(), 2u);
  gst_object_unref(bus);
}

}  // namespace
}  // namespace stip::test
