#include <algorithm>
#include <cctype>
#include <filesystem>
#include <optional>

#include "media/checked_writer.h"
#include "media/encode_pipeline.h"
#include "media/packed_copy.h"
#include "media/temporary_path.h"

namespace stip::training {
namespace {

namespace fs = std::filesystem;

// Quantizer 18 is where H.264 is said to look like its source; slower presets save bytes that short
// clips do not have.
constexpr char kH264[] =
    "video/x-raw,format=I420 ! "
    "x264enc pass=qual quantizer=18 speed-preset=fast ! video/x-h264,profile=high"
    " ! h264parse ! ";
constexpr char kLossless[] = "video/x-raw,format=RGB ! pngenc ! avimux";

struct Container {
  const char* extension;
  std::string encoders;
  bool even_sizes;
  int least_size;  // pixels, either side
  int most_size;
};

const std::vector<Container>& containers() {
  const std::string h264 = kH264;
  static const std::vector<Container> known = {{".mp4", h264 + "mp4mux", true, 1, 16384},
                                               {".m4v", h264 + "mp4mux", true, 1, 16384},
                                               {".mov", h264 + "qtmux", true, 1, 16384},
                                               {".mkv", h264 + "matroskamux", true, 1, 16384},
                                               {".avi", kLossless, false, 16, 4096}};
  return known;
}

const Container* container_of(const std::string& path) {
  std::string extension = fs::path(path).extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return char(std::tolower(c)); });
  for (const Container& container : containers()) {
    if (extension == container.extension) return &container;
  }
  return nullptr;
}

[[noreturn]] void refuse_name(const std::string& path) {
  throw Error(ErrorCode::kInvalidArgument,
              "'" + path +
                  "' does not say what to write: end it in .mp4, .m4v, .mov, .mkv or "
                  ".avi, or give a folder for PNG pictures");
}

class VideoFile : public CheckedWriter {
 public:
  VideoFile(const std::string& path, const Container& container, FrameRate rate)
      : CheckedWriter(path), container_(container), rate_(rate), temporary_(path, false) {
    if (fs::is_directory(path)) {
      throw Error(ErrorCode::kWriteFailed, "'" + path + "' is a folder: choose another name");
    }
  }

 private:
  void write_frame(const FrameView& frame, std::int64_t number) override {
    if (number == 0) check_size(frame);
    const Image picture = pack(frame, container_.even_sizes ? 2 : 1);
    if (number == 0) {
      pipeline_.emplace(container_.encoders, temporary_.path(), path_, picture.width,
                        picture.height, rate_);
    }
    pipeline_->push(picture);
  }

  void check_size(const FrameView& frame) const {
    const int least = std::min(frame.width, frame.height);
    const int most = std::max(frame.width, frame.height);
    if (least >= container_.least_size && most <= container_.most_size) return;
    throw Error(ErrorCode::kInvalidArgument, "pictures of " + std::to_string(frame.width) + "x" +
                                                 std::to_string(frame.height) +
                                                 " do not fit into '" + path_ + "', which takes " +
                                                 std::to_string(container_.least_size) + " to " +
                                                 std::to_string(container_.most_size) +
                                                 " pixels a side: write a folder of pictures");
  }

  void complete() override {
    pipeline_->finish();
    pipeline_.reset();
    temporary_.commit();
  }

  const Container& container_;
  const FrameRate rate_;
  TemporaryPath temporary_;
  std::optional<EncodePipeline> pipeline_;  // after temporary_: closes the file before it goes
};

}  // namespace

std::unique_ptr<FrameWriter> open_video_writer(const std::string& path, FrameRate rate) {
  const Container* container = container_of(path);
  if (container == nullptr) refuse_name(path);
  if (rate.numerator < 1 || rate.denominator < 1) {
    throw Error(ErrorCode::kInvalidArgument, "the frame rate for '" + path + "' must be above 0");
  }
  return std::make_unique<VideoFile>(path, *container, rate);
}

}  // namespace stip::training
