#include "error_pictures.h"

#include "difference_picture.h"
#include "frame_metas.h"
#include "heat_map.h"
#include "stip/anomaly.h"

namespace stip::gst {
ErrorPictures::ErrorPictures(GstCaps* caps) : pool_(caps), map_(pool_.info()) {}

BufferPtr ErrorPictures::finish(GstBuffer* frame, BufferPtr picture) const {
  copy_stamps(frame, picture.get());
  copy_metas(frame, picture.get());
  return picture;
}

BufferPtr ErrorPictures::difference(GstBuffer* frame, GstBuffer* prediction) {
  BufferPtr picture = pool_.acquire();
  {
    const MappedFrame truth(pool_.info(), frame, GST_MAP_READ);
    const MappedFrame drawn(pool_.info(), picture.get(), GST_MAP_WRITE);
    std::optional<MappedFrame> predicted;
    if (prediction != nullptr) predicted.emplace(pool_.info(), prediction, GST_MAP_READ);
    draw_difference(truth.get(), predicted.has_value() ? predicted->get() : nullptr, drawn.get());
  }
  return finish(frame, std::move(picture));
}

BufferPtr ErrorPictures::heat_map(GstBuffer* frame, GstBuffer* prediction) {
  if (prediction == nullptr) return share(frame);
  BufferPtr picture = pool_.acquire();
  {
    const MappedFrame truth(pool_.info(), frame, GST_MAP_READ);
    const MappedFrame predicted(pool_.info(), prediction, GST_MAP_READ);
    const MappedFrame drawn(pool_.info(), picture.get(), GST_MAP_WRITE);
    const Sketch came = make_sketch(map_.to_bgr(truth));
    const ErrorMap errors = error_map(came, make_sketch(map_.to_bgr(predicted)));
    draw_heat_map(truth.get(), &errors, drawn.get());
  }
  return finish(frame, std::move(picture));
}

}  // namespace stip::gst
