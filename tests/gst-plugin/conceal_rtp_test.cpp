// Over a real link that loses packets, RTP on loopback: what takes the place of missing frames is
// nearer to what was sent than the last picture would be.
#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gtest/gtest.h>

#include <cmath>
#include <mutex>
#include <set>

#include "gst_element_harness.h"
#include "gst_pipeline.h"
#include "prediction_meta.h"

namespace stip::test {
namespace {

constexpr int kWidth = 192;
constexpr int kHeight = 144;
constexpr GstClockTime kD = 40 * GST_MSECOND;  // the clip, 2.5 times as fast

using Picture = std::vector<std::uint8_t>;  // luma

Picture luma(GstBuffer* buffer) {
  const std::vector<std::uint8_t> all =
      samples(video_info(GST_VIDEO_FORMAT_I420, kWidth, kHeight), buffer);
  return {all.begin(), all.begin() + kWidth * kHeight};
}

double psnr(const Picture& a, const Picture& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return 10 * std::log10(255.0 * 255.0 * static_cast<double>(a.size()) / std::max(sum, 1.0));
}

std::vector<BufferPtr> clip() {
  Pipeline pipeline(
      "filesrc location=" STIP_SQUARE
      " ! qtdemux ! h264parse ! avdec_h264 ! videoconvert ! videoscale"
      " ! video/x-raw,format=I420,width=192,height=144 ! appsink name=out sync=false");
  pipeline.ask(GST_STATE_PLAYING);
  std::vector<BufferPtr> frames;
  while (GstSample* sample =
             gst_app_sink_try_pull_sample(GST_APP_SINK(pipeline["out"]), kPatience)) {
    frames.push_back(gst::share(gst_sample_get_buffer(sample)));
    gst_sample_unref(sample);
  }
  return frames;
}

// What passes a pad, in its order.
struct Watch {
  struct Shown {
    Picture picture;
    GstClockTime pts;
    bool concealed;
  };
  std::mutex mutex;
  std::vector<Shown> pictures;

  static GstPadProbeReturn note(GstPad*, GstPadProbeInfo* info, gpointer data) {
    auto& watch = *static_cast<Watch*>(data);
    GstBuffer* buffer = GST_PAD_PROBE_INFO_BUFFER(info);
    const auto about = gst::note_of(buffer);
    const std::lock_guard<std::mutex> lock(watch.mutex);
    watch.pictures.push_back(
        {luma(buffer), GST_BUFFER_PTS(buffer), about.has_value() && about->concealed});
    return GST_PAD_PROBE_OK;
  }
  void look_at(GstElement* element, const char* pad_name) {
    GstPad* pad = gst_element_get_static_pad(element, pad_name);
    gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, note, this, nullptr);
    gst_object_unref(pad);
  }
};

// Which frame of the clip a decoded picture is.
int number_of(const Picture& picture, const std::vector<Picture>& clip) {
  int best = 0;
  for (int i = 1; i < static_cast<int>(clip.size()); ++i) {
    const auto at = [&](int n) { return psnr(picture, clip[static_cast<std::size_t>(n)]); };
    if (at(i) > at(best)) best = i;
  }
  return best;
}

// The link: these packets of the sender are lost.
const std::set<guint16> kLost = {40, 41, 78, 110, 111, 150, 190, 191, 192, 230};

GstPadProbeReturn lose(GstPad*, GstPadProbeInfo* info, gpointer) {
  GstBuffer* packet = GST_PAD_PROBE_INFO_BUFFER(info);
  guint8 number[2];
  gst_buffer_extract(packet, 2, number, 2);  // of an RTP header
  return kLost.count(static_cast<guint16>(number[0] << 8 | number[1])) > 0 ? GST_PAD_PROBE_DROP
                                                                           : GST_PAD_PROBE_OK;
}

// The clock is behind the encoder, so that a busy machine delays no packet much.
void send(const std::vector<BufferPtr>& frames, int port) {
  Pipeline sender(
      "appsrc name=in format=time max-bytes=0 caps=video/x-raw,format=I420,width=192,height=144,"
      "framerate=25/1 ! x264enc tune=zerolatency threads=1 key-int-max=8 bitrate=2000 ! clocksync "
      "! rtph264pay name=pay seqnum-offset=0 config-interval=-1 mtu=1400 "
      "! udpsink host=127.0.0.1 sync=false async=false port=" +
      std::to_string(port));
  GstPad* pad = gst_element_get_static_pad(sender["pay"], "src");
  // Single packets and lists of them.
  gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, lose, nullptr, nullptr);
  gst_pad_add_probe(
      pad, GST_PAD_PROBE_TYPE_BUFFER_LIST,
      [](GstPad*, GstPadProbeInfo* info, gpointer) {
        GstBufferList* list = gst_buffer_list_make_writable(GST_PAD_PROBE_INFO_BUFFER_LIST(info));
        gst_buffer_list_foreach(
            list,
            [](GstBuffer** packet, guint, gpointer) -> gboolean {
              GstPadProbeInfo one{};
              one.data = *packet;
              if (lose(nullptr, &one, nullptr) == GST_PAD_PROBE_DROP) {
                gst_buffer_unref(*packet);
                *packet = nullptr;
              }
              return TRUE;
            },
            nullptr);
        info->data = list;
        return GST_PAD_PROBE_OK;
      },
      nullptr, nullptr);
  gst_object_unref(pad);
  auto* source = GST_APP_SRC(sender["in"]);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    BufferPtr frame(gst_buffer_copy(frames[i].get()));
    GST_BUFFER_PTS(frame.get()) = i * kD;
    GST_BUFFER_DURATION(frame.get()) = kD;
    gst_app_src_push_buffer(source, frame.release());
  }
  gst_app_src_end_of_stream(source);
  EXPECT_TRUE(sender.run()) << sender.error();
}

// How near what was shown in the place of frames is to what was sent, and how near the last picture
// before them is.
struct Score {
  int missing = 0;
  double predicted = 0;
  double repeated = 0;
};

Score score(const std::vector<Picture>& sent, const Watch& arrived, const Watch& shown) {
  std::set<int> came;
  for (const auto& one : arrived.pictures) came.insert(number_of(one.picture, sent));
  Score sum;
  int place = number_of(shown.pictures.front().picture, sent) - 1;
  const Picture* last = nullptr;
  for (const auto& one : shown.pictures) {
    if (++place >= static_cast<int>(sent.size())) break;  // the sender has ended
    if (!one.concealed) {
      EXPECT_EQ(number_of(one.picture, sent), place) << "each place is filled once";
      place = number_of(one.picture, sent);
      last = &one.picture;
    } else if (came.count(place) == 0) {
      const Picture& truth = sent[static_cast<std::size_t>(place)];
      sum.predicted += psnr(one.picture, truth);
      sum.repeated += psnr(*last, truth);
      ++sum.missing;
    }
  }
  EXPECT_GE(place, static_cast<int>(sent.size()) - 1);
  sum.predicted /= sum.missing;
  sum.repeated /= sum.missing;
  return sum;
}

TEST(ConcealRtp, WhatIsMissingOnArrivalIsNearerToWhatWasSentThanTheLastPicture) {
  const std::vector<BufferPtr> frames = clip();
  ASSERT_EQ(frames.size(), 100u);
  // mode=none: both ends have one clock, and the first packet's delay must not shift the rest.
  Pipeline receiver(
      "udpsrc name=in address=127.0.0.1 port=0 caps=\"application/x-rtp,media=video,"
      "clock-rate=90000,encoding-name=H264,payload=96\" "
      "! rtpjitterbuffer mode=none latency=300 do-lost=true ! rtph264depay wait-for-keyframe=true "
      "! avdec_h264 max-threads=1 ! stippredict name=p output=conceal rejoin-frames=0 "
      "model=" STIP_SHIPPED " ! fakesink name=out sync=true max-lateness=5000000");
  Watch arrived, shown;
  arrived.look_at(receiver["p"], "sink");
  shown.look_at(receiver["out"], "sink");
  ASSERT_NE(receiver.ask(GST_STATE_PLAYING), GST_STATE_CHANGE_FAILURE) << receiver.error(0);
  int port = 0;
  g_object_get(receiver["in"], "port", &port, nullptr);
  send(frames, port);
  g_usleep(600000);
  GstStructure* stats = nullptr;
  g_object_get(receiver["out"], "stats", &stats, nullptr);
  guint64 dropped = G_MAXUINT64;
  gst_structure_get_uint64(stats, "dropped", &dropped);
  gst_structure_free(stats);
  EXPECT_EQ(dropped, 0u) << "a picture came too late to be shown";
  EXPECT_EQ(receiver.error(0), "");
  receiver.reach(GST_STATE_NULL);

  std::vector<Picture> sent;
  for (const BufferPtr& frame : frames) sent.push_back(luma(frame.get()));
  ASSERT_GT(shown.pictures.size(), 90u);
  for (std::size_t i = 1; i < shown.pictures.size(); ++i) {
    EXPECT_GT(shown.pictures[i].pts, shown.pictures[i - 1].pts);
  }
  const Score result = score(sent, arrived, shown);
  std::printf("%d missing: predicted %.2f dB, the last picture %.2f dB\n", result.missing,
              result.predicted, result.repeated);
  EXPECT_GE(result.missing, 20);
  EXPECT_LT(result.missing, 60);
  EXPECT_GT(result.predicted, result.repeated + 0.5);
}

}  // namespace
}  // namespace stip::test
