#include "model_pictures.h"

#include <map>
#include <optional>

#include "device_layout.h"
#include "frame_map.h"

namespace stip::gst {
namespace {

class HostPictures : public ModelPictures {
 public:
  explicit HostPictures(const GstVideoInfo& info) : info_(info), map_(info) {}

  const FrameView* take(GstBuffer* frame) override {
    const MappedFrame mapped(info_, frame, GST_MAP_READ);
    taken_ = map_.to_bgr(mapped);
    return &taken_;
  }
  void push(PredictionSession& session) override { session.push(taken_); }

  void predict(PredictionSession& session, const std::vector<int>& horizons,
               const MappedFrame&) override {
    session.predict(map_.futures(horizons));
  }
  FrameView seen(int horizon) const override { return map_.future(horizon); }
  BufferPtr give(int horizon, const MappedFrame& newest,
                 const std::function<BufferPtr()>& room) override {
    BufferPtr picture = room();
    if (picture == nullptr) return nullptr;
    const MappedFrame frame(info_, picture.get(), GST_MAP_WRITE);
    map_.from_future(horizon, newest, frame);
    return picture;
  }

 private:
  GstVideoInfo info_;
  FrameMap map_;
  FrameView taken_;
};

// The network writes into the very frames that go downstream.
class GpuPictures : public ModelPictures {
 public:
  GpuPictures(GstCaps* caps, const GpuPtr& gpu) : pool_(caps, gpu) {}

  const FrameView* take(GstBuffer* frame) override {
    taken_.emplace(pool_.info(), frame, GST_MAP_READ);
    return nullptr;
  }
  void push(PredictionSession& session) override {
    session.push_on_device(device_frame(taken_->get()));
    taken_.reset();
  }

  void predict(PredictionSession& session, const std::vector<int>& horizons,
               const MappedFrame& newest) override {
    futures_.clear();
    std::vector<DeviceFrame> views;
    std::map<int, std::unique_ptr<MappedFrame>> mapped;
    for (const int horizon : horizons) {
      Future& future = futures_[horizon];
      if (future.uses++ > 0) continue;
      future.picture = pool_.acquire();
      mapped[horizon] =
          std::make_unique<MappedFrame>(pool_.info(), future.picture.get(), GST_MAP_WRITE);
      const auto index = static_cast<std::size_t>(horizon) - 1;
      if (views.size() <= index) views.resize(index + 1);
      views[index] = device_frame(mapped[horizon]->get());
    }
    session.predict_on_device(views, device_frame(newest.get()));
  }

  FrameView seen(int) const override { return {}; }

  // Only who comes last gets the frame itself: the others' may be written into.
  BufferPtr give(int horizon, const MappedFrame&, const std::function<BufferPtr()>& room) override {
    Future& future = futures_.at(horizon);
    if (--future.uses == 0) return std::move(future.picture);
    BufferPtr copy = room();
    if (copy == nullptr) return nullptr;
    copy_frame(pool_.info(), future.picture.get(), copy.get());
    return copy;
  }

 private:
  struct Future {
    BufferPtr picture;
    int uses = 0;  // left
  };

  FramePool pool_;
  std::optional<MappedFrame> taken_;
  std::map<int, Future> futures_;  // by horizon
};

}  // namespace

std::unique_ptr<ModelPictures> make_model_pictures(GstCaps* caps, const GpuPtr& gpu) {
  if (in_gpu_memory(caps)) return std::make_unique<GpuPictures>(caps, gpu);
  GstVideoInfo info;
  gst_video_info_from_caps(&info, caps);
  return std::make_unique<HostPictures>(info);
}

}  // namespace stip::gst
