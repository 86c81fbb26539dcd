#include "cookbook.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>

#include <algorithm>
#include <cstdlib>

#include "support/gst_pipeline.h"

namespace stip::test {
namespace {

constexpr int kMoves = 25;  // levels; more than codecs make of still pictures

const char* const kScreen =
    "STIP_DISPLAY='videoconvert ! avenc_ffv1 ! matroskamux ! filesink location=screen.mkv' ";

Pixels pixels(GstSample* sample) {
  GstVideoInfo info;
  gst_video_info_from_caps(&info, gst_sample_get_caps(sample));
  GstVideoFrame frame;
  if (!gst_video_frame_map(&frame, &info, gst_sample_get_buffer(sample), GST_MAP_READ)) return {};
  Pixels result{info.width, info.height, {}};
  for (int y = 0; y < info.height; ++y) {
    const auto* row = static_cast<const std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&frame, 0)) +
                      y * GST_VIDEO_FRAME_PLANE_STRIDE(&frame, 0);
    result.rgb.insert(result.rgb.end(), row, row + 3 * info.width);
  }
  gst_video_frame_unmap(&frame);
  return result;
}

}  // namespace

Pixels Pixels::column(int part, int parts) const {
  Pixels result{width / parts, height, {}};
  for (int y = 0; y < height; ++y) {
    const auto begin = rgb.begin() + (y * width + part * result.width) * 3;
    result.rgb.insert(result.rgb.end(), begin, begin + 3 * result.width);
  }
  return result;
}

std::vector<Pixels> read_video(const std::string& path, int width, int height) {
  const std::string size =
      width == 0
          ? ""
          : " ! videoscale ! video/x-raw,pixel-aspect-ratio=1/1,width=" + std::to_string(width) +
                ",height=" + std::to_string(height);
  Pipeline pipeline("filesrc location=" + path + " ! decodebin ! videoconvert" + size +
                    " ! videoconvert ! video/x-raw,format=RGB ! appsink name=out sync=false");
  std::vector<Pixels> frames;
  if (gst_element_set_state(pipeline.get(), GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE) {
    ADD_FAILURE() << path << " does not open";
    return frames;
  }
  auto* sink = GST_APP_SINK(pipeline["out"]);
  while (GstSample* sample = gst_app_sink_try_pull_sample(sink, 10 * GST_SECOND)) {
    frames.push_back(pixels(sample));
    gst_sample_unref(sample);
  }
  EXPECT_TRUE(gst_app_sink_is_eos(sink)) << path << ": " << pipeline.error(0);
  return frames;
}

void write_video(const std::string& path, const std::vector<Pixels>& frames) {
  const Pixels& first = frames.at(0);
  Pipeline pipeline("appsrc name=in format=time caps=video/x-raw,format=RGB,framerate=10/1,width=" +
                    std::to_string(first.width) + ",height=" + std::to_string(first.height) +
                    " ! videoconvert ! x264enc speed-preset=ultrafast pass=qual quantizer=16"
                    " key-int-max=10 ! h264parse ! matroskamux ! filesink location=" +
                    path);
  auto* source = GST_APP_SRC(pipeline["in"]);
  g_object_set(source, "max-bytes", guint64{0}, nullptr);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    GstBuffer* buffer = gst_buffer_new_memdup(frames[i].rgb.data(), frames[i].rgb.size());
    GST_BUFFER_PTS(buffer) = i * GST_SECOND / 10;
    GST_BUFFER_DURATION(buffer) = GST_SECOND / 10;
    gst_app_src_push_buffer(source, buffer);
  }
  gst_app_src_end_of_stream(source);
  EXPECT_TRUE(pipeline.run()) << pipeline.error(0);
}

std::vector<Pixels> square_with(const Intruder& intruder) {
  const auto square = read_video(STIP_SOURCE_DIR "/pipelines/media/square.mp4", 384, 288);
  std::vector<Pixels> frames(square);
  frames.insert(frames.end(), square.rbegin(), square.rend());
  for (int t = intruder.first; t < intruder.end; ++t) {
    Pixels& frame = frames.at(static_cast<std::size_t>(t));
    const int left = intruder.x + 6 * (t - intruder.first);
    for (int y = intruder.y; y < intruder.y + intruder.height; ++y) {
      for (int x = left; x < left + intruder.width; ++x) {
        const std::uint8_t colour[] = {250, 30, 200};
        std::copy_n(colour, 3, frame.rgb.begin() + (y * frame.width + x) * 3);
      }
    }
  }
  return frames;
}

double moving_error(const Pixels& picture, const Pixels& truth, const Pixels& before) {
  double sum = 0, count = 0;
  for (std::size_t i = 0; i < truth.rgb.size(); ++i) {
    if (std::abs(truth.rgb[i] - before.rgb[i]) < kMoves) continue;
    const double error = static_cast<double>(picture.rgb[i]) - truth.rgb[i];
    sum += error * error;
    ++count;
  }
  return count > 0 ? sum / count : 0;
}

double mean_error(const Pixels& a, const Pixels& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.rgb.size(); ++i) {
    const double error = static_cast<double>(a.rgb[i]) - b.rgb[i];
    sum += error * error;
  }
  return sum / static_cast<double>(a.rgb.size());
}

ShellResult Cookbook::cook(const std::string& knobs, const std::string& command) const {
  return run_shell(folder_.path(), "env STIP_BUILD=" STIP_BUILD_DIR " " + knobs +
                                       " timeout -k 5 120 " STIP_SOURCE_DIR "/pipelines/" +
                                       command);
}

ShellResult Cookbook::record(const std::string& knobs, const std::string& command) const {
  return cook(kScreen + knobs, command);
}

}  // namespace stip::test
