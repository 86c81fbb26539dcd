#include "stream.h"

#include <algorithm>

#include "debug.h"
#include "flow_merge.h"
#include "monotonic_time.h"
#include "segment_rules.h"

#define GST_CAT_DEFAULT stip_predict_debug

namespace stip::gst {
namespace {

bool is_type(const EventPtr& event, GstEventType type) {
  return GST_EVENT_TYPE(event.get()) == type;
}

}  // namespace

Stream::Stream(Telemetry& telemetry, Reporter& reporter, StreamLock stream_lock)
    : telemetry_(telemetry),
      reporter_(reporter),
      stream_lock_(std::move(stream_lock)),
      main_(std::make_shared<Outlet>(OutletKind::kMain, "src")),
      inference_({results_, *main_, earlier_, ahead_, telemetry, facts_, reporter}),
      concealer_({*main_, ahead_, telemetry, facts_, timer_,
                  [this](int farthest) { look_ahead(farthest); }}),
      timer_([this](GstClockTime running_time) { wake(running_time); }) {
  gst_segment_init(&segment_, GST_FORMAT_TIME);
  results_.add(main_);
}

Outlets Stream::outlets() const {
  Outlets all = arrival_.outlets();
  for (const auto& outlet : results_.outlets()) all.push_back(outlet);
  return all;
}

void Stream::add(const std::shared_ptr<Outlet>& outlet, const FrameSettings& settings) {
  outlet->feed()->adopt(outlet->view(settings));
  (outlet->kind == OutletKind::kOriginal ? arrival_ : results_).add(outlet);
}

void Stream::remove(const std::shared_ptr<Outlet>& outlet) {
  arrival_.remove(outlet);
  results_.remove(outlet);
}

GstFlowReturn Stream::flow() const {
  if (failed_) return GST_FLOW_ERROR;
  FlowMerge merge;
  for (const auto& outlet : outlets()) merge.add(outlet->flow());
  return merge.result();
}

void Stream::start(std::shared_ptr<const Model> model, const PredictorSettings& settings,
                   const GpuPtr& gpu) {
  stop();
  gpu_ = gpu;
  arrival_.set_gpu(gpu);
  results_.set_gpu(gpu);
  facts_.stopping = false;
  inference_.start(std::move(model), settings, gpu);
  async_choice_ = settings.async;
}

void Stream::forget_gpu() {
  gpu_.reset();
  arrival_.set_gpu(nullptr);
  results_.set_gpu(nullptr);
  inference_.forget_gpu();
}

void Stream::abort() {
  facts_.stopping = true;
  timer_.set(GST_CLOCK_TIME_NONE);
  count_flushed(worker_.abort());
}

void Stream::stop() {
  abort();
  timer_.stop();
  worker_.stop();
  inference_.stop();
  arrival_.clear();
  results_.clear();
  earlier_.clear();
  ahead_.clear();
  caps_.reset();
  copies_.reset();
  errors_.reset();
  newest_copy_.reset();
  concealer_.clear();
  gst_segment_init(&segment_, GST_FORMAT_TIME);
  clock_ = {};
  settings_ = {};
  decided_ = false;
  failed_ = false;
  facts_.flushing = false;
  reset_requested_ = false;
  facts_.live = false;
  facts_.async = false;
  facts_.idle = true;
  facts_.step = GST_CLOCK_TIME_NONE;
}

void Stream::decide(bool live) {
  const bool async = async_choice_ == Async::kTrue || (async_choice_ == Async::kAuto && live);
  decided_ = true;
  facts_.live = live;
  facts_.async = async;
  results_.set_waits(!async);
  if (async) worker_.start([this](PredictionJob& job, bool newest) { work(job, newest); });
}

// src goes over to the side that makes what it shows.
void Stream::settle(const FrameSettings& settings) {
  const View before = main_->view(settings_);
  const View view = main_->view(settings);
  const bool other = view.output != before.output;
  settings_ = settings;
  // Predictions kept for side-by-side were made for times that mean something else now.
  if (other || view.timestamps != before.timestamps) earlier_.clear();
  if (other) concealer_.forget();
  if (other && facts_.async) telemetry_.tell_latency();
  const bool conceal = view.output == Output::kConceal || before.output == Output::kConceal;
  if (other && conceal && facts_.live) telemetry_.ask_for_latency();
  const bool on_results = shows_predictions(view);
  if (on_results && main_on_results_) return;  // what it shows is adopted there
  if (on_results == main_on_results_) return main_->feed()->adopt(view);
  // The side that it leaves must not go on telling it what to show.
  (main_on_results_ ? results_ : arrival_).remove(main_);
  main_->feed()->adopt(view);
  main_on_results_ = on_results;
  (main_on_results_ ? results_ : arrival_).add(main_);
}

void Stream::set_caps(GstEvent* event) {
  GstCaps* caps = nullptr;
  gst_event_parse_caps(event, &caps);
  auto copies = std::make_unique<FramePool>(caps, gpu_);
  copies_ = std::move(copies);
  errors_.reset();
  newest_copy_.reset();
  caps_ = share(caps);
  concealer_.set_caps(caps_, gpu_);
  info_ = copies_->info();
  earlier_.expect(info_, on_gpu());
  ahead_.expect(info_, on_gpu());
  clock_.set_rate(GST_VIDEO_INFO_FPS_N(&info_), GST_VIDEO_INFO_FPS_D(&info_));
}

void Stream::forward_gap(const EventPtr& event) {
  for (const auto& outlet : arrival_.outlets()) {
    // What is missing is going to be filled; where nothing came yet, a sink waits for something.
    if (outlet == main_ && concealer_.expects_frames()) continue;
    outlet->feed()->forward_gap(share(event.get()));
  }
}

GstFlowReturn Stream::event(EventPtr event, const FrameSettings& settings) {
  settle(settings);
  if (is_type(event, GST_EVENT_STREAM_START)) {
    clock_.reset();
  }
  const bool ends_async = facts_.async && is_type(event, GST_EVENT_EOS);
  const bool another = is_type(event, GST_EVENT_STREAM_START) || is_type(event, GST_EVENT_EOS);
  if (another) concealer_.forget();
  if (is_type(event, GST_EVENT_CAPS)) set_caps(event.get());
  if (is_type(event, GST_EVENT_SEGMENT)) {
    GstSegment before = segment_;
    gst_event_copy_segment(event.get(), &segment_);
    if (!continues(before, segment_)) concealer_.forget();
  }
  if (is_type(event, GST_EVENT_GAP)) {
    forward_gap(event);
  } else {
    arrival_.send(event, facts_.epoch, ends_async ? Side::Whom::kOriginals : Side::Whom::kAll);
  }
  // Other video may be usable where this was not. (A worker that failed has ended.)
  if (is_type(event, GST_EVENT_CAPS) && !facts_.async) failed_ = false;
  PredictionJob job = job_for(settings);
  job.kind = PredictionJob::Kind::kEvent;
  job.event = share(event.get());
  dispatch(std::move(job));
  if (ends_async) {
    finish(settings);
    // Last, where something is shown beside each frame: who sees it reads complete statistics.
    if (!facts_.flushing) arrival_.send(event, facts_.epoch, Side::Whom::kOthers);
  }
  return facts_.flushing ? GST_FLOW_FLUSHING : flow();
}

// EOS lies behind what is outstanding. What takes longer than it may is given up, not waited for.
void Stream::finish(const FrameSettings& settings) {
  if (worker_.drain(settings.drain_timeout) || facts_.flushing || !worker_.running()) return;
  GST_WARNING("a prediction takes longer than drain-timeout; it is left out");
  const std::uint64_t epoch = ++facts_.epoch;
  std::deque<PredictionJob> rest = worker_.take_all();
  count_flushed(rest);
  arrival_.set_epoch(epoch);
  results_.set_epoch(epoch);
  earlier_.restart(epoch);
  ahead_.restart(epoch);
  for (PredictionJob& job : rest) {
    if (job.kind == PredictionJob::Kind::kFrame) continue;
    if (job.kind == PredictionJob::Kind::kEvent) {
      if (is_type(job.event, GST_EVENT_GAP)) continue;
      results_.send(job.event, epoch);
    }
    // What it says of later frames (their caps, another stream) is still to be known there.
    job.sent = true;
    job.epoch = epoch;
    worker_.push(std::move(job), 1);
  }
}

void Stream::flush_start() {
  facts_.flushing = true;
  timer_.set(GST_CLOCK_TIME_NONE);
  count_flushed(worker_.flush(facts_.epoch));
  arrival_.flush();
  results_.flush();
}

void Stream::flush_stop() {
  const std::uint64_t epoch = ++facts_.epoch;
  count_flushed(worker_.flush(epoch));
  arrival_.restart(epoch);
  results_.restart(epoch);
  earlier_.restart(epoch);
  ahead_.restart(epoch);
  concealer_.forget();
  clock_.reset();
  if (!facts_.async) failed_ = false;
  facts_.flushing = false;
  PredictionJob job = job_for(settings_);
  job.kind = PredictionJob::Kind::kRestart;
  dispatch(std::move(job));
}

void Stream::count_flushed(const std::deque<PredictionJob>& jobs) {
  const auto frames = std::count_if(jobs.begin(), jobs.end(), [](const PredictionJob& job) {
    return job.kind == PredictionJob::Kind::kFrame;
  });
  telemetry_.count(Outcome::kFlushed, static_cast<std::uint64_t>(frames));
}

bool Stream::drain(GstClockTime timeout) {
  if (facts_.async && !worker_.drain(timeout)) return false;
  const Outlets all = outlets();
  return std::all_of(all.begin(), all.end(),
                     [](const auto& outlet) { return !outlet->linked || outlet->queue.drain(); });
}

PredictionJob Stream::job_for(const FrameSettings& settings) const {
  PredictionJob job;
  job.settings = settings;
  job.epoch = facts_.epoch;
  job.arrival = monotonic_now();
  return job;
}

void Stream::dispatch(PredictionJob job) {
  if (!facts_.async) {
    if (!failed_) handle_here(job);
    return;
  }
  // In the window state as many as a prediction is made from; older ones it would not see.
  const bool all = job.settings.late_policy == LatePolicy::kSkipOutput;
  const bool frame = job.kind == PredictionJob::Kind::kFrame;
  const std::size_t pictures = all ? static_cast<std::size_t>(facts_.context) + 1 : 1;
  if (!worker_.push(std::move(job), pictures) && frame) telemetry_.count(Outcome::kFlushed);
}

// What fails before there is a frame is told once, and frames are answered with it.
void Stream::handle_here(PredictionJob& job) {
  try {
    inference_.handle(job, true);
  } catch (...) {
    if (job.kind != PredictionJob::Kind::kFrame) failed_ = true;
    throw;
  }
}

// The pipeline's clock says that something is due.
void Stream::wake(GstClockTime running_time) {
  stream_lock_([&] {
    if (facts_.flushing || failed_) return;
    const bool done = reporter_.guarded(Phase::kRunning, [&] { concealer_.wake(running_time); });
    if (!done) failed_ = true;
  });
}

void Stream::look_ahead(int farthest) {
  PredictionJob job = job_for(settings_);
  job.kind = PredictionJob::Kind::kLookAhead;
  job.farthest = farthest;
  dispatch(std::move(job));
}

// A job in the worker's thread.
void Stream::work(PredictionJob& job, bool newest) {
  const bool frame = job.kind == PredictionJob::Kind::kFrame;
  if (failed_) {
    if (frame) telemetry_.count(Outcome::kFlushed);
    return;
  }
  const bool prepared = !frame || reporter_.guarded(Phase::kPreparing, [&] {
    if (reset_requested_.exchange(false)) inference_.reset_pictures();
    inference_.prepare(job.settings);
  });
  if (!prepared) telemetry_.count(Outcome::kFailed);
  const bool event = job.kind == PredictionJob::Kind::kEvent;
  const Phase phase = event ? Phase::kPreparing : Phase::kRunning;
  if (!prepared || !reporter_.guarded(phase, [&] { inference_.handle(job, newest); })) {
    failed_ = true;
  }
  reporter_.handled();
}

}  // namespace stip::gst
