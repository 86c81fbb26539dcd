#include "media/video_index.h"

#include <algorithm>

#include "media/decode_pipeline.h"
#include "media/raw_frame.h"

namespace stip::training {
namespace {

constexpr std::uint64_t kSecond = GST_SECOND;

void note_frame(VideoIndex& index, GstSample* sample, const GstVideoInfo& info) {
  if (index.count() == 0) {
    index.width = info.width;
    index.height = info.height;
    index.rate = {info.fps_n, info.fps_d};
  }
  if (info.width != index.width || info.height != index.height) {
    throw Error(ErrorCode::kWrongKind,
                "'" + index.path + "' changes its picture size at frame " +
                    std::to_string(index.count()) + ", from " + std::to_string(index.width) + "x" +
                    std::to_string(index.height) + " to " + std::to_string(info.width) + "x" +
                    std::to_string(info.height) + ": cut it into files of one size each");
  }
  index.pts.push_back(GST_BUFFER_PTS(gst_sample_get_buffer(sample)));
  index.fingerprints.push_back(fingerprint(sample, info));
}

bool times_rise(const std::vector<std::uint64_t>& pts) {
  return std::find(pts.begin(), pts.end(), GST_CLOCK_TIME_NONE) == pts.end() &&
         std::adjacent_find(pts.begin(), pts.end(), std::greater_equal<>()) == pts.end();
}

// A file of variable or unknown rate: the mean one.
FrameRate mean_rate(const VideoIndex& index) {
  if (index.count() < 2 || !times_rise(index.pts)) return {};
  const double seconds = double(index.pts.back() - index.pts.front()) / kSecond;
  FrameRate rate;
  gst_util_double_to_fraction((index.count() - 1) / seconds, &rate.numerator, &rate.denominator);
  return rate.numerator > 0 ? rate : FrameRate{};
}

}  // namespace

VideoIndex index_video(const std::string& path, double time_limit) {
  VideoIndex index;
  index.path = path;
  DecodePipeline pipeline(path, time_limit);
  while (const SampleHandle sample = pipeline.pull()) {
    note_frame(index, sample.get(), video_info(sample.get(), path));
    if (index.count() > 1) continue;
    index.seekable = pipeline.seekable();
    index.duration = pipeline.duration();
  }
  if (index.count() == 0) {
    throw Error(ErrorCode::kCorrupt, "'" + path + "' has no frame that can be decoded");
  }
  index.seekable = index.seekable && times_rise(index.pts);
  if (index.rate.numerator <= 0) index.rate = mean_rate(index);
  return index;
}

}  // namespace stip::training
