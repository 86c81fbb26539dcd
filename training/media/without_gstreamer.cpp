// What stands in for the files that need GStreamer where it is not there: everything but PNG
// pictures and frame archives is refused.
#include "media/other_picture.h"
#include "media/recode.h"
#include "media/video_reader.h"
#include "media/video_writer.h"
#include "stip/error.h"

namespace stip::training {
namespace {

[[noreturn]] void refuse(const std::string& what, const std::string& instead) {
  throw Error(ErrorCode::kMissingModule,
              what + " needs GStreamer, which this stip-train was built without: " + instead);
}

[[noreturn]] void refuse_to_read(const std::string& path) {
  refuse(
      "reading '" + path + "'",
      "give a folder of PNG pictures, or an archive that `stip-train prepare archive` made of it "
      "where GStreamer is");
}

}  // namespace

VideoIndex index_video(const std::string& path, double) { refuse_to_read(path); }

class VideoReader::Impl {};
VideoReader::VideoReader(const std::string& path, double) { refuse_to_read(path); }
VideoReader::VideoReader(std::shared_ptr<const VideoIndex> index, double) {
  refuse_to_read(index->path);
}
VideoReader::~VideoReader() = default;
VideoReader::VideoReader(VideoReader&&) noexcept = default;
VideoReader& VideoReader::operator=(VideoReader&&) noexcept = default;
std::optional<VideoFrame> VideoReader::read() { return std::nullopt; }
void VideoReader::seek(std::int64_t) {}
std::int64_t VideoReader::position() const { return 0; }
std::shared_ptr<const VideoIndex> VideoReader::index() { return nullptr; }

Image read_other_picture(const std::string& path) { refuse_to_read(path); }

void write_jpeg_file(const std::string&, const std::string& shown_path, const FrameView&) {
  refuse("writing '" + shown_path + "'", "write PNG pictures");
}

std::unique_ptr<FrameWriter> open_video_writer(const std::string& path, FrameRate) {
  refuse("writing '" + path + "'", "give a folder for PNG pictures");
}

std::vector<Image> recode(const std::vector<Image>& frames, const std::string& encoders,
                          const std::string&) {
  if (encoders.empty()) return frames;
  refuse("coding a synthetic scene", "make scenes with --uncoded");
}

}  // namespace stip::training
