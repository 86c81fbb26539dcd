#include "media/video_writer.h"

#include <cstdio>
#include <filesystem>

#include "media/checked_writer.h"
#include "media/picture.h"
#include "media/temporary_path.h"
#include "stip/error.h"

namespace stip::training {
namespace {

namespace fs = std::filesystem;

class PictureFiles : public CheckedWriter {
 public:
  explicit PictureFiles(const std::string& folder)
      : CheckedWriter(folder), temporary_(folder, true) {
    std::error_code code;
    if (fs::exists(folder, code) && !fs::is_empty(folder, code)) {
      throw Error(ErrorCode::kWriteFailed,
                  "the folder '" + folder + "' is not empty: name a new one, or empty it");
    }
  }

 private:
  void write_frame(const FrameView& frame, std::int64_t number) override {
    char name[32];
    std::snprintf(name, sizeof name, "%06lld.png", static_cast<long long>(number + 1));
    write_png((fs::path(temporary_.path()) / name).string(), frame);
  }

  void complete() override { temporary_.commit(); }

  TemporaryPath temporary_;
};

}  // namespace

std::unique_ptr<FrameWriter> open_picture_writer(const std::string& folder) {
  return std::make_unique<PictureFiles>(folder);
}

std::unique_ptr<FrameWriter> open_frame_writer(const std::string& path, FrameRate rate) {
  std::error_code code;
  const bool folder = fs::is_directory(path, code) || !fs::path(path).has_extension() ||
                      (!path.empty() && path.back() == '/');
  return folder ? open_picture_writer(path) : open_video_writer(path, rate);
}

}  // namespace stip::training
