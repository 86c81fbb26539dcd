#include "media/other_picture.h"

#include <utility>

#include "media/encode_pipeline.h"
#include "media/packed_copy.h"
#include "media/video_reader.h"

namespace stip::training {

Image read_other_picture(const std::string& path) {
  return std::move(VideoReader(path).read()->image);  // one without frames threw
}

void write_jpeg_file(const std::string& path, const std::string& shown_path,
                     const FrameView& picture) {
  EncodePipeline pipeline("video/x-raw,format=I420,colorimetry=1:4:0:0 ! jpegenc quality=95", path,
                          shown_path, picture.width, picture.height, FrameRate{1, 1});
  pipeline.push(pack(picture));
  pipeline.finish();
}

}  // namespace stip::training
