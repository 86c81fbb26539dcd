#include "media/picture.h"

#include "media/other_picture.h"
#include "media/png_file.h"
#include "media/readable_file.h"
#include "media/temporary_path.h"
#include "stip/error.h"

namespace stip::training {
namespace {

constexpr int kCompression = 6;

void check_picture(const std::string& path, const FrameView& picture) {
  if (picture.data != nullptr && picture.width > 0 && picture.height > 0) return;
  throw Error(ErrorCode::kInvalidArgument, "there is no picture to write to '" + path + "'");
}

}  // namespace

Image read_picture(const std::string& path) {
  check_readable_file(path);
  return is_png(path) ? read_png(path) : read_other_picture(path);
}

void write_png(const std::string& path, const FrameView& picture) {
  check_picture(path, picture);
  TemporaryPath temporary(path, false);
  write_png_file(temporary.path(), picture, kCompression);
  temporary.commit();
}

void write_jpeg(const std::string& path, const FrameView& picture) {
  check_picture(path, picture);
  TemporaryPath temporary(path, false);
  write_jpeg_file(temporary.path(), path, picture);
  temporary.commit();
}

}  // namespace stip::training
