#pragma once

#include "frame_map.h"
#include "frame_pool.h"

namespace stip::gst {

/// Draws how far a frame is from what was predicted for it: output=difference and heat-map. One
/// thread.
class ErrorPictures {
 public:
  /// Of frames with these caps.
  explicit ErrorPictures(GstCaps* caps);

  /// A picture with the stamps and metas of the frame; black, or the frame itself, where there is
  /// no prediction (null).
  BufferPtr difference(GstBuffer* frame, GstBuffer* prediction);
  BufferPtr heat_map(GstBuffer* frame, GstBuffer* prediction);

 private:
  BufferPtr finish(GstBuffer* frame, BufferPtr picture) const;

  FramePool pool_;
  FrameMap map_;
};

}  // namespace stip::gst
