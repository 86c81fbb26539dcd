#include "cross_fade.h"

#include <cmath>

#include "component.h"
#include "picture_copy.h"

namespace stip::gst {

void cross_fade(const GstVideoFrame* from, const GstVideoFrame* to, double share,
                GstVideoFrame* mixed) {
  copy_picture(to, mixed);  // for bytes that belong to no component
  const int weight = static_cast<int>(std::lround(256 * share));
  for (int c = 0; c < static_cast<int>(GST_VIDEO_FRAME_N_COMPONENTS(to)); ++c) {
    const Component old_samples(from, c);
    const Component new_samples(to, c);
    const Component result(mixed, c);
    for (int y = 0; y < result.height; ++y) {
      const guint8* a = old_samples.row(y);
      const guint8* b = new_samples.row(y);
      guint8* row = result.row(y);
      for (int x = 0; x < result.width; ++x) {
        const int sum = (256 - weight) * a[x * old_samples.step] + weight * b[x * new_samples.step];
        row[x * result.step] = static_cast<guint8>((sum + 128) / 256);
      }
    }
  }
}

}  // namespace stip::gst
