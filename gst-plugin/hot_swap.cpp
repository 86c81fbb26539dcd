#include "hot_swap.h"

#include "debug.h"
#include "error_map.h"
#include "guard.h"
#include "object_lock.h"

#define GST_CAT_DEFAULT stip_predict_debug

namespace stip::gst {
namespace {

constexpr const char* kProgress = "model";

void post_progress(GstStipPredict* self, GstProgressType type, const std::string& text) {
  if (!frame_settings(self).post_messages) return;
  gst_element_post_message(
      GST_ELEMENT(self), gst_message_new_progress(GST_OBJECT(self), type, kProgress, text.c_str()));
}

void post_updated(GstStipPredict* self, const ModelSettings& settings, const char* error) {
  if (!frame_settings(self).post_messages) return;
  GstStructure* content = gst_structure_new(
      "stippredict-model-updated", "ok", G_TYPE_BOOLEAN, error == nullptr, "path", G_TYPE_STRING,
      settings.model.c_str(), "error", G_TYPE_STRING, error != nullptr ? error : "", nullptr);
  gst_element_post_message(GST_ELEMENT(self), gst_message_new_element(GST_OBJECT(self), content));
}

// Whether it runs on the video that runs now. Throws stip::Error.
void check(GstStipPredict* self, const Model& model) {
  const CapsPtr caps(gst_pad_get_current_caps(self->sink));
  GstVideoInfo info;
  if (caps == nullptr || !gst_video_info_from_caps(&info, caps.get())) return;
  const GpuPtr gpu = gpu_of(self);
  if (in_gpu_memory(caps.get()) && gpu != nullptr && model.info().device != gpu->device) {
    throw Error(ErrorCode::kInvalidArgument,
                "This model does not run on the GPU whose memory the video is in; put cudadownload "
                "before stippredict to use it.");
  }
  const PredictorSettings settings = current_settings(self).predictor;
  model.make_predictor(
      predictor_options(settings, GST_VIDEO_INFO_WIDTH(&info), GST_VIDEO_INFO_HEIGHT(&info)));
}

// Memory of a GPU that this model does not run on is not to be asked for any more. (One that it
// does run on is from the next start on.)
void leave_other_gpus(GstStipPredict* self, const Model& model) {
  const GpuPtr gpu = gpu_of(self);
  if (gpu == nullptr || gpu->device == model.info().device) return;
  std::optional<GpuPtr> none(nullptr);
  const ObjectLock lock(self);
  self->state->memory.swap(none);
}

// The property says what is in use, which is also what the next start loads; unless another model
// has been set meanwhile, whose turn it is.
void restore_property(GstStipPredict* self, const ModelSettings& refused) {
  {
    const ObjectLock lock(self);
    std::string& model = self->state->settings.model.model;
    if (model != refused.model) return;
    model = self->state->loaded.model;
  }
  g_object_notify(G_OBJECT(self), "model");
}

void refuse(GstStipPredict* self, const ModelSettings& settings, const Error& error) {
  restore_property(self, settings);
  const ElementError mapped = element_error(error.code(), Phase::kPreparing);
  const std::string text = with_consequence(error.what(), "the model before stays in use");
  gst_element_message_full(GST_ELEMENT(self), GST_MESSAGE_WARNING, mapped.domain, mapped.code,
                           g_strdup(text.c_str()), g_strdup(error.detail().c_str()), __FILE__,
                           GST_FUNCTION, __LINE__);
  post_progress(self, GST_PROGRESS_TYPE_ERROR, text);
  post_updated(self, settings, error.what());
}

// In the loading thread.
void load_beside(GstStipPredict* self, const ModelSettings& settings) {
  post_progress(self, GST_PROGRESS_TYPE_START, "Loading " + settings.model);
  try {
    std::shared_ptr<const Model> model = load_shared(settings);
    check(self, *model);
    leave_other_gpus(self, *model);
    self->state->model = model;
    self->state->loaded = settings;
    self->state->stream.use(std::move(model));
  } catch (const Error& error) {
    return refuse(self, settings, error);
  } catch (const std::exception& error) {
    return refuse(self, settings,
                  Error(ErrorCode::kFailed, "The model could not be loaded.", error.what()));
  }
  post_progress(self, GST_PROGRESS_TYPE_COMPLETE, "Loaded " + settings.model);
  post_updated(self, settings, nullptr);
}

}  // namespace

void start_hot_swap(GstStipPredict* self) {
  self->state->swap.start([self](const ModelSettings& settings) { load_beside(self, settings); });
}

}  // namespace stip::gst
