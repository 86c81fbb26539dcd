#include "media/picture.h"

#include <utility>

#include "media/encode_pipeline.h"
#include "media/packed_copy.h"
#include "media/temporary_path.h"
#include "media/video_reader.h"

namespace stip::training {

Image read_picture(const std::string& path) {
  return std::move(VideoReader(path).read()->image);  // one without frames threw
}

void write_png(const std::string& path, const FrameView& picture) {
  if (picture.data == nullptr || picture.width < 1 || picture.height < 1) {
    throw Error(ErrorCode::kInvalidArgument, "there is no picture to write to '" + path + "'");
  }
  TemporaryPath temporary(path, false);
  {
    EncodePipeline pipeline("video/x-raw,format=RGB ! pngenc snapshot=false", temporary.path(),
                            path, picture.width, picture.height, FrameRate{1, 1});
    pipeline.push(pack(picture));
    pipeline.finish();
  }
  temporary.commit();
}

}  // namespace stip::training
