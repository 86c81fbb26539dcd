#include "inference.h"

#include <algorithm>
#include <thread>

#include "debug.h"
#include "demand.h"
#include "gpu_limits.h"
#include "memory_retry.h"
#include "model_loading.h"
#include "monotonic_time.h"
#include "segment_rules.h"

#define GST_CAT_DEFAULT stip_predict_debug

namespace stip::gst {
namespace {

std::optional<StateMode> state_mode(StateChoice choice) {
  switch (choice) {
    case StateChoice::kWindow:
      return StateMode::kWindow;
    case StateChoice::kRecurrent:
      return StateMode::kRecurrent;
    case StateChoice::kAuto:
      break;
  }
  return std::nullopt;
}

bool same_picture(const GstVideoInfo& a, const GstVideoInfo& b) {
  return GST_VIDEO_INFO_FORMAT(&a) == GST_VIDEO_INFO_FORMAT(&b) &&
         GST_VIDEO_INFO_WIDTH(&a) == GST_VIDEO_INFO_WIDTH(&b) &&
         GST_VIDEO_INFO_HEIGHT(&a) == GST_VIDEO_INFO_HEIGHT(&b);
}

}  // namespace

PredictorOptions predictor_options(const PredictorSettings& settings, int width, int height) {
  PredictorOptions options;
  options.width = width;
  options.height = height;
  options.context = settings.context;
  options.state = state_mode(settings.state);
  options.resize = settings.resize;
  options.threads = settings.threads;
  return options;
}

int threads_beside_a_pipeline(int threads) {
  if (threads > 0) return threads;
  const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  return cores > 2 ? cores - 1 : cores;
}

void Inference::start(std::shared_ptr<const Model> model, const PredictorSettings& settings,
                      const GpuPtr& gpu) {
  stop();
  gpu_ = gpu;
  use(std::move(model));
  predictor_settings_ = settings;
}

void Inference::use(std::shared_ptr<const Model> model) {
  model_ = std::move(model);
  env_.telemetry.set_model(hash_of(*model_));
  judge_.use(model_->info());
}

void Inference::stop() {
  session_.close();
  model_.reset();
  next_model_.take();
  pictures_.reset();
  pool_.reset();
  caps_.reset();
  have_segment_ = false;
  gst_segment_init(&segment_, GST_FORMAT_TIME);
  forget_predictions();
  judge_.reset();
  newest_.reset();
  halved_ = false;
  frames_ = 0;
}

void Inference::forget_predictions() {
  env_.earlier.clear();
  env_.ahead.clear();
}

void Inference::reset_pictures() {
  forget_predictions();
  judge_.forget();
  frames_ = 0;
  mark_discont();
  if (session_.forget_pictures()) env_.telemetry.count_reset();
}

void Inference::reset_session() {
  if (session_.is_fresh()) return;
  const bool counted = session_.forget_pictures();
  session_.reset();
  forget_predictions();
  judge_.forget();
  frames_ = 0;
  mark_discont();
  if (counted) env_.telemetry.count_reset();
}

void Inference::mark_discont() {
  for (const auto& outlet : env_.side.outlets()) outlet->feed()->mark_discont();
}

PredictorOptions Inference::session_options() const {
  PredictorOptions options = predictor_options(predictor_settings_, GST_VIDEO_INFO_WIDTH(&info_),
                                               GST_VIDEO_INFO_HEIGHT(&info_));
  if (env_.facts.async) options.threads = threads_beside_a_pipeline(options.threads);
  options.halved = halved_;
  // A flush or the end does not wait for the rest of a rollout.
  options.given_up = [this] {
    const StreamFacts& facts = env_.facts;
    return facts.stopping || facts.flushing || facts.epoch != epoch_;
  };
  return options;
}

void Inference::open_session() {
  if (session_.is_open()) return;
  with_a_retry([&] {
    if (!session_.is_open()) session_.open(*model_, session_options());
  });
}

// Everything that can be made again is given up.
void Inference::save_memory(const Error& error) {
  halved_ = true;
  forget_predictions();
  judge_.forget();
  newest_.reset();
  frames_ = 0;
  mark_discont();
  session_.reopen(*model_, session_options());  // the larger part: first, so that there is room
  pictures_ = make_model_pictures(caps_.get(), gpu_);
  env_.telemetry.count_reset();
  env_.reporter.memory_saved(error);
}

// Horizons are compensation's choice; everything else an outlet shows it knows itself.
View Inference::view_of(Outlet& outlet, const FrameSettings& settings) const {
  View view = outlet.view(settings);
  if (settings.compensate == 0) {
    outlet.compensation.reset();
    return view;
  }
  const GstClockTime d = session_.step();
  const GstClockTime estimate = env_.telemetry.latency();
  const GstClockTime told = std::min(estimate, latency_limit(settings.max_latency, d));
  const GstClockTime latency =
      latency_to_compensate(settings, outlet.configured_latency, estimate, told);
  view.horizon = outlet.compensation.horizon(latency, d, monotonic_now());
  return view;
}

void Inference::prepare(const FrameSettings& settings) {
  if (std::shared_ptr<const Model> model = next_model_.take(); model != nullptr) {
    reset_pictures();
    session_.close();
    halved_ = false;
    use(std::move(model));
    if (caps_ != nullptr) check_memory(caps_.get());
  }
  if (caps_ == nullptr) return;
  // None that has just been given to the other side, which says what it shows from now on; and
  // where src has come from there, what it showed when this was sent is over.
  env_.side.for_each([&](Outlet& outlet) {
    const View view = view_of(outlet, settings);
    if (shows_predictions(view)) outlet.feed()->adopt(view);
  });
  const bool idle = !needs_predictions(env_.main, env_.side.outlets(), settings);
  env_.telemetry.set_idle(idle);
  judge_.adopt(settings);
  if (env_.facts.idle.exchange(idle) != idle) env_.telemetry.tell_latency();
  if (idle) return;
  // Whether there is a worker is known from the first SEGMENT on.
  if (!session_.is_open() && !have_segment_) return;
  open_session();
  announce_warm_up();
}

void Inference::announce_warm_up() {
  env_.facts.context = session_.context();
  env_.facts.step = session_.step();
  env_.side.announce_warm_up(session_.context(), session_.step());
}

void Inference::handle(PredictionJob& job, bool newest) {
  epoch_ = job.epoch;
  switch (job.kind) {
    case PredictionJob::Kind::kRestart:
      return restart();
    case PredictionJob::Kind::kEvent:
      return event(job);
    case PredictionJob::Kind::kLookAhead:
      if (newest) look_ahead(job.farthest, job.settings.on_error);
      return;
    case PredictionJob::Kind::kFrame:
      break;
  }
  Outcome outcome = Outcome::kFailed;  // also where it throws
  try {
    outcome = frame(job, newest);
  } catch (...) {
    env_.telemetry.count(outcome);
    throw;
  }
  env_.telemetry.count(outcome);
}

PictureOrigin Inference::origin() const {
  return PictureOrigin{epoch_}.looking(info_, in_gpu_memory(caps_.get()));
}

void Inference::restart() {
  reset_session();
  have_segment_ = false;
}

void Inference::event(const PredictionJob& job) {
  switch (GST_EVENT_TYPE(job.event.get())) {
    case GST_EVENT_STREAM_START:
      restart();
      judge_.reset();
      break;
    case GST_EVENT_EOS:
      judge_.close();
      env_.reporter.ended();
      break;
    case GST_EVENT_CAPS:
      set_caps(job.event.get());
      break;
    case GST_EVENT_SEGMENT:
      set_segment(job.event.get());
      break;
    case GST_EVENT_GAP:
      return gap(job);
    default:
      break;
  }
  if (!job.sent) env_.side.send(job.event, job.epoch);
  prepare(job.settings);
}

void Inference::set_segment(GstEvent* event) {
  GstSegment segment;
  gst_event_copy_segment(event, &segment);
  const bool same_place = have_segment_ && continues(segment_, segment);
  have_segment_ = true;
  segment_ = segment;
  if (!same_place) reset_session();
}

// A model set while playing may run elsewhere than where the video is.
void Inference::check_memory(const GstCaps* caps) const {
  const int device = model_->info().device;
  if (!in_gpu_memory(caps) || (gpu_ != nullptr && device == gpu_->device)) return;
  throw Error(ErrorCode::kInvalidArgument, gpu_memory_problem({}, gpu_ == nullptr ? device : -1));
}

void Inference::set_caps(GstEvent* event) {
  GstCaps* caps = nullptr;
  gst_event_parse_caps(event, &caps);
  GstVideoInfo info;
  gst_video_info_from_caps(&info, caps);
  check_memory(caps);
  const bool known = caps_ != nullptr && same_picture(info_, info);
  if (caps_ != nullptr && in_gpu_memory(caps_.get()) != in_gpu_memory(caps)) newest_.reset();
  caps_ = share(caps);
  info_ = info;
  pictures_ = make_model_pictures(caps, gpu_);
  pool_ = std::make_unique<FramePool>(caps, gpu_);
  session_.set_rate(GST_VIDEO_INFO_FPS_N(&info), GST_VIDEO_INFO_FPS_D(&info));
  if (known) return;
  reset_session();
  session_.close();
  halved_ = false;
  forget_predictions();
  mark_discont();
}

// The same stretch is missing in the predictions, as much later as they are ahead.
void Inference::gap(const PredictionJob& job) {
  GstClockTime start = 0;
  GstClockTime duration = GST_CLOCK_TIME_NONE;
  gst_event_parse_gap(job.event.get(), &start, &duration);
  const GstClockTime d = session_.step();
  for (const auto& outlet : env_.side.outlets()) {
    const View view = view_of(*outlet, job.settings);
    GstClockTime shown = start;
    if (view.timestamps == Timestamps::kTarget && GST_CLOCK_TIME_IS_VALID(d)) {
      shown += static_cast<GstClockTime>(view.horizon) * d;
    }
    auto feed = feed_of(*outlet, job);
    if (!feed) continue;
    if (predictable(segment_)) {
      feed->skip(shown, duration);
    } else {
      feed->forward_gap(share(job.event.get()));
    }
  }
}

}  // namespace stip::gst
