// The part of Inference that deals with one frame: from its stamps to the predictions given out.
#include <algorithm>

#include "debug.h"
#include "frame_metas.h"
#include "frame_moment.h"
#include "inference.h"
#include "mapped_frame.h"
#include "memory_retry.h"
#include "monotonic_time.h"
#include "picture_copy.h"
#include "segment_rules.h"

#define GST_CAT_DEFAULT stip_predict_debug

namespace stip::gst {
// Nothing where src has been given to the other side meanwhile: it may be at other caps there.
Outlet::Access Inference::feed_of(Outlet& outlet, const PredictionJob& job) const {
  auto feed = outlet.feed(job.epoch);
  if (feed && !shows_predictions(feed->view())) return {std::unique_lock<std::mutex>(), nullptr};
  return feed;
}

Outcome Inference::frame(PredictionJob& job, bool newest) {
  if (job.pass_through) return pass_through(job);
  const auto step = session_.advance(job.pts, job.duration, job.settings.max_gap);
  if (step.broken) {
    GST_DEBUG("the stream broke before %" GST_TIME_FORMAT, GST_TIME_ARGS(job.pts));
    forget_predictions();
    judge_.forget();
    frames_ = 0;
    mark_discont();
    env_.telemetry.count_reset();
  }
  env_.facts.step = session_.step();
  if (!session_.is_open() || (job.picture == nullptr && !job.dropped)) {
    // Pictures that are no longer taken in must not pass for the newest ones later.
    session_.forget_pictures();
    forget_predictions();
    return Outcome::kIdle;
  }
  try {
    return with_a_retry([&] { return attempt(job, step, newest); });
  } catch (const Error& error) {
    if (error.code() == ErrorCode::kInterrupted) return Outcome::kFlushed;
    if (job.settings.on_error == OnError::kError) throw;
    if (session_.is_open()) session_.forget_pictures();
    env_.reporter.prediction_failed(error);
    pass_through(job);
    return Outcome::kFailed;
  }
}

Outcome Inference::attempt(PredictionJob& job, const PredictionSession::Step& step, bool newest) {
  if (take_in(job, step, newest)) return predict(job);
  skip_all(job);
  return newest ? Outcome::kInterval : Outcome::kBusy;
}

// What src shows of a frame that no prediction is made for, and what the other pads are told.
Outcome Inference::pass_through(PredictionJob& job) {
  const GstClockTime d = session_.step();
  for (const auto& outlet : env_.side.outlets()) {
    auto feed = feed_of(*outlet, job);
    if (!feed) continue;
    if (outlet->kind != OutletKind::kMain) {
      if (segment_.rate > 0) {
        feed->skip(job.pts, d);
      } else {
        feed->skip_anywhere(job.pts, d);
      }
    } else if (job.picture != nullptr && (job.pass_through || !feed->behind(job.pts))) {
      BufferPtr picture(gst_buffer_make_writable(job.picture.release()));
      attach_note(picture.get(), note(job, 0));
      feed->pass(std::move(picture), d);
    }
  }
  return Outcome::kPassThrough;
}

bool Inference::conceals(const FrameSettings& settings) const {
  return env_.main.view(settings).output == Output::kConceal;
}

// A hole or a damaged frame: the model goes on with what it had expected, or forgets. While it has
// seen too little to expect anything, conceal shows the last picture again, and so sees it: where
// frames are lost every now and then, the context would never be full otherwise.
void Inference::fill(int missing, const FrameSettings& settings) {
  const bool repeats = conceals(settings) && newest_ != nullptr && !session_.is_empty();
  const GapPolicy policy = settings.gap_policy;
  if (policy == GapPolicy::kReset || !(session_.ready() || repeats)) {
    reset_pictures();
    return;
  }
  for (int i = 0; i < missing; ++i) {
    if (session_.ready()) {
      session_.push_missing();
    } else {
      pictures_->take(newest_.get());
      pictures_->push(session_);
    }
  }
}

void Inference::push(const PredictionJob& job) {
  const FrameView* const frame = pictures_->take(job.picture.get());
  const FrameMoment moment = moment_of(job.picture.get(), segment_);
  if (frame != nullptr && judge_.arrive(*frame, moment, session_.step())) {
    GST_DEBUG("another scene at %" GST_TIME_FORMAT, GST_TIME_ARGS(job.pts));
    reset_pictures();
    judge_.arrive(*frame, moment, session_.step());  // it is the first of its scene
  }
  pictures_->push(session_);
  newest_ = share(job.picture.get());
}

// Whether a frame marked as a gap shows what the one before showed: so does what videorate puts in
// to come to a higher rate. It is no damage, but what there is to see; conceal fills the place.
bool Inference::is_filling(const PredictionJob& job) const {
  if (!job.gap || newest_ == nullptr || session_.is_empty() || conceals(job.settings)) return false;
  if (in_gpu_memory(caps_.get())) return false;  // it would have to be brought to the host
  const MappedFrame frame(info_, job.picture.get(), GST_MAP_READ);
  const MappedFrame newest(info_, newest_.get(), GST_MAP_READ);
  return same_colours(frame.get(), newest.get());
}

// The picture into the model. Returns whether there is to be a prediction from it.
bool Inference::take_in(const PredictionJob& job, const PredictionSession::Step& step,
                        bool newest) {
  const LatePolicy late = job.settings.late_policy;
  if (step.missing > 0) fill(step.missing, job.settings);
  if (!newest && late == LatePolicy::kReset) reset_pictures();
  if (job.picture == nullptr && late == LatePolicy::kSkipOutput) reset_pictures();
  if (job.picture == nullptr || (!newest && late != LatePolicy::kSkipOutput)) return false;
  if (job.damaged && !is_filling(job)) {
    fill(1, job.settings);
  } else {
    push(job);
  }
  const bool its_turn = frames_++ % static_cast<std::uint64_t>(job.settings.interval) == 0;
  return newest && its_turn;
}

Inference::Wants Inference::wants(const PredictionJob& job) {
  Wants all;
  const bool sparse = job.settings.late_policy == LatePolicy::kSkipInput;
  const auto want = [&](std::shared_ptr<Outlet> outlet, const View& view, unsigned turn) {
    Want one{std::move(outlet), view, session_.newest(), turn, Outcome::kPredicted};
    if (view.timestamps == Timestamps::kTarget) one.pts = session_.target(view.horizon, sparse);
    all.push_back(std::move(one));
  };
  for (const auto& outlet : env_.side.outlets()) {
    if (!outlet->linked) continue;
    auto feed = outlet->feed();
    want(outlet, feed->view(), feed->turn());
  }
  const View main = env_.main.view(job.settings);
  if (env_.main.linked && shows_beside_truth(main)) {
    View view = view_of(const_cast<Outlet&>(env_.main), job.settings);
    // An error is of the frame that came, whatever time predictions are shown at.
    if (view.output != Output::kSideBySide) view.timestamps = Timestamps::kTarget;
    want(nullptr, view, 0);
  }
  for (Want& one : all) one.outcome = judge(one, job);
  return all;
}

Outcome Inference::judge(Want& want, const PredictionJob& job) {
  if (!session_.ready() || !GST_CLOCK_TIME_IS_VALID(want.pts)) return Outcome::kWarmUp;
  if (want.outlet == nullptr) {
    const bool beyond = GST_CLOCK_TIME_IS_VALID(segment_.stop) && want.pts >= segment_.stop;
    return beyond && segment_.format == GST_FORMAT_TIME ? Outcome::kSegmentEnd
                                                        : Outcome::kPredicted;
  }
  QosSkip& skip = want.stamp;
  {
    auto feed = feed_of(*want.outlet, job);
    if (!feed) return Outcome::kFlushed;
    switch (feed->judge(want.pts)) {
      case OutputTimeline::Verdict::kReordered:
        return Outcome::kReordered;
      case OutputTimeline::Verdict::kSegmentEnd:
        return Outcome::kSegmentEnd;
      case OutputTimeline::Verdict::kPush:
        break;
    }
    if (!feed->has_room()) return Outcome::kFull;
    skip = {
        feed->running_time(want.pts), feed->stream_time(want.pts), want.pts, session_.step(), {}};
  }
  const bool too_late = job.settings.qos && want.outlet->qos.too_late(skip.running_time);
  skip.counts = want.outlet->qos.count(too_late);
  if (!too_late) return Outcome::kPredicted;
  env_.reporter.qos_skipped(skip);
  return Outcome::kQos;
}

Outcome Inference::predict(PredictionJob& job) {
  Wants all = wants(job);
  const auto predicted = [](const Want& want) { return want.outcome == Outcome::kPredicted; };
  std::set<int> horizons = watched(job);
  for (const Want& want : all) {
    if (predicted(want)) horizons.insert(want.view.horizon);
  }
  if (!horizons.empty()) run(job, horizons, all);
  for (const Want& want : all) {
    if (!predicted(want)) skip(job, want);
  }
  if (all.empty()) {
    if (!session_.ready()) return Outcome::kWarmUp;
    return horizons.empty() ? Outcome::kIdle : Outcome::kPredicted;
  }
  const auto good = std::find_if(all.begin(), all.end(), predicted);
  return good != all.end() ? Outcome::kPredicted : all.front().outcome;
}

// Horizons that are predicted only to be compared with what comes.
std::set<int> Inference::watched(const PredictionJob& job) const {
  std::set<int> horizons;
  // On a GPU nothing is compared.
  if (!session_.ready() || in_gpu_memory(caps_.get())) return horizons;
  if (judge_.wants(1)) horizons.insert(1);
  for (int k = 1; k <= farthest_to_conceal(job.settings); ++k) horizons.insert(k);
  if (job.settings.stats_interval > 0) horizons.insert(job.settings.horizon);
  return horizons;
}

// Each horizon as often as somebody gets it, at least once.
std::vector<int> Inference::uses_of(const std::set<int>& horizons, const Wants& wants) {
  std::vector<int> all;
  for (const int horizon : horizons) {
    const auto gets_it = [&](const Want& want) {
      return want.outcome == Outcome::kPredicted && want.view.horizon == horizon;
    };
    const auto uses = std::count_if(wants.begin(), wants.end(), gets_it);
    all.insert(all.end(), static_cast<std::size_t>(std::max<std::ptrdiff_t>(1, uses)), horizon);
  }
  return all;
}

// One rollout as far as anybody wants to see.
void Inference::run(const PredictionJob& job, const std::set<int>& horizons, Wants& wants) {
  const GstClockTime begin = monotonic_now();
  const MappedFrame newest(info_, job.picture.get(), GST_MAP_READ);
  pictures_->predict(session_, uses_of(horizons, wants), newest);
  run_time_ = monotonic_now() - begin;
  const int farthest = farthest_to_conceal(job.settings);
  if (farthest > 0 && newest_ != nullptr) {
    env_.ahead.replace(session_.newest(), ahead(1, farthest, note(job, 1)), origin());
  }
  for (Want& want : wants) {
    if (want.outcome == Outcome::kPredicted) want.outcome = deliver(job, want, newest);
  }
  env_.telemetry.add_run(monotonic_now() - begin);
  // After what somebody waits for; on the host alone.
  if (!judge_.compares() || in_gpu_memory(caps_.get())) return;
  const bool sparse = job.settings.late_policy == LatePolicy::kSkipInput;
  for (int horizon : horizons) {
    judge_.keep(horizon, session_.target(horizon, sparse), pictures_->seen(horizon));
  }
}

PredictionNote Inference::note(const PredictionJob& job, int horizon) const {
  PredictionNote note = env_.telemetry.note(horizon);
  note.source_pts = job.pts;
  note.age = monotonic_now() - job.arrival;
  note.inference_time = horizon > 0 ? run_time_ : 0;
  return note;
}

// A prediction in a frame of its own.
BufferPtr Inference::filled(int horizon, const MappedFrame& newest,
                            const std::function<BufferPtr()>& room) {
  if (!judge_.bypassed()) return pictures_->give(horizon, newest, room);
  BufferPtr picture = room();
  if (picture == nullptr) return nullptr;
  const MappedFrame frame(info_, picture.get(), GST_MAP_WRITE);
  copy_picture(newest.get(), frame.get());
  return picture;
}

Outcome Inference::deliver(const PredictionJob& job, Want& want, const MappedFrame& newest) {
  if (want.outlet == nullptr) {
    BufferPtr kept = filled(want.view.horizon, newest, [&] { return pool_->acquire(); });
    copy_metas(job.picture.get(), kept.get());
    env_.earlier.keep(want.pts, std::move(kept), origin());
    return Outcome::kPredicted;
  }
  if (is_late(job, want)) {
    want.stamp.counts = want.outlet->qos.count_late();
    env_.reporter.qos_skipped(want.stamp);
    return Outcome::kLate;
  }
  BufferPtr picture = filled(want.view.horizon, newest, [&]() -> BufferPtr {
    auto feed = feed_of(*want.outlet, job);
    if (!feed || feed->turn() != want.turn) return nullptr;
    return feed->acquire();
  });
  if (picture == nullptr) return Outcome::kFlushed;
  copy_metas(job.picture.get(), picture.get());
  attach_note(picture.get(), note(job, want.view.horizon));
  auto feed = feed_of(*want.outlet, job);
  // Meanwhile src may have been given to the other side, which is past this time, and back.
  if (!feed || feed->turn() != want.turn) return Outcome::kFlushed;
  feed->push(std::move(picture), want.pts, session_.step());
  return Outcome::kPredicted;
}

// A live picture shown later than everything else waits for it would never be shown.
bool Inference::is_late(const PredictionJob& job, const Want& want) const {
  if (!env_.facts.live || !env_.facts.async) return false;
  const GstClockTime limit = latency_limit(job.settings.max_latency, session_.step());
  if (!GST_CLOCK_TIME_IS_VALID(limit)) return false;
  const GstClockTime configured = want.outlet->configured_latency;
  const GstClockTime upstream = env_.facts.upstream_latency;
  GstClockTime allowed = std::max(limit, configured > upstream ? configured - upstream : 0);
  if (want.view.timestamps == Timestamps::kTarget) allowed += want.pts - session_.newest();
  return monotonic_now() - job.arrival > allowed;
}

void Inference::skip(const PredictionJob& job, const Want& want) {
  if (want.outlet == nullptr) return;
  if (auto feed = feed_of(*want.outlet, job)) feed->skip(want.pts, session_.step());
}

void Inference::skip_all(const PredictionJob& job) {
  for (const auto& outlet : env_.side.outlets()) {
    auto feed = feed_of(*outlet, job);
    if (!feed) continue;
    const View& view = feed->view();
    const bool ahead = view.timestamps == Timestamps::kTarget;
    feed->skip(ahead ? session_.target(view.horizon) : job.pts, session_.step());
  }
}

}  // namespace stip::gst
