#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "frame_pool.h"
#include "mapped_frame.h"
#include "prediction_session.h"

namespace stip::gst {

/// How pictures of a stream come to the model, and its predictions back: through BGR in the host's
/// memory, or as they are in a GPU's. One thread.
class ModelPictures {
 public:
  virtual ~ModelPictures() = default;

  /// A frame of the stream, which must stay until it has been pushed. Returns how the host sees it;
  /// null: it does not.
  virtual const FrameView* take(GstBuffer* frame) = 0;
  /// The frame taken last becomes the session's newest.
  virtual void push(PredictionSession& session) = 0;

  /// Makes the predictions of these horizons, each of which is given out as often as it is listed.
  virtual void predict(PredictionSession& session, const std::vector<int>& horizons,
                       const MappedFrame& newest) = 0;
  /// What was predicted, as the host sees it; where take() gave that too.
  virtual FrameView seen(int horizon) const = 0;
  /// The same as a frame of the stream: of those that `room` gives (null: nothing is wanted any
  /// more), or one of our own. Alpha and padding, which no model predicts, are the newest frame's.
  virtual BufferPtr give(int horizon, const MappedFrame& newest,
                         const std::function<BufferPtr()>& room) = 0;
};

/// For frames of these caps.
std::unique_ptr<ModelPictures> make_model_pictures(GstCaps* caps, const GpuPtr& gpu);

}  // namespace stip::gst
