#include "media/picture.h"

#include <utility>

#include "media/encode_pipeline.h"
#include "media/packed_copy.h"
#include "media/temporary_path.h"
#include "media/video_reader.h"

namespace stip::training {

namespace {

void write_picture(const std::string& path, const FrameView& picture, const char* encoder) {
  if (picture.data == nullptr || picture.width < 1 || picture.height < 1) {
    throw Error(ErrorCode::kInvalidArgument, "there is no picture to write to '" + path + "'");
  }
  TemporaryPath temporary(path, false);
  {
    EncodePipeline pipeline(encoder, temporary.path(), path, picture.width, picture.height,
                            FrameRate{1, 1});
    pipeline.push(pack(picture));
    pipeline.finish();
  }
  temporary.commit();
}

}  // namespace

Image read_picture(const std::string& path) {
  return std::move(VideoReader(path).read()->image);  // one without frames threw
}

void write_png(const std::string& path, const FrameView& picture) {
  write_picture(path, picture, "video/x-raw,format=RGB ! pngenc snapshot=false");
}

void write_jpeg(const std::string& path, const FrameView& picture) {
  write_picture(path, picture, "video/x-raw,format=I420,colorimetry=1:4:0:0 ! jpegenc quality=95");
}

}  // namespace stip::training
