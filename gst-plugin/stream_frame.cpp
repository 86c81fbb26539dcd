// The part of Stream that deals with one frame as it arrives.
#include <algorithm>

#include "demand.h"
#include "flow_merge.h"
#include "frame_metas.h"
#include "gpu_limits.h"
#include "mapped_frame.h"
#include "picture_copy.h"
#include "segment_rules.h"
#include "stream.h"

namespace stip::gst {
namespace {

// The picture's memory stays shared.
BufferPtr noted(BufferPtr frame, PredictionNote note) {
  note.source_pts = GST_BUFFER_PTS(frame.get());
  BufferPtr own(gst_buffer_make_writable(frame.release()));
  attach_note(own.get(), note);
  return own;
}

}  // namespace

void Stream::prepare(const FrameSettings& settings) {
  settle(settings);
  if (on_gpu() && needs_host_memory(settings)) {
    throw Error(ErrorCode::kInvalidArgument, gpu_memory_problem(settings));
  }
  // The worker does the rest, before the frame.
  if (facts_.async || failed_) return;
  if (reset_requested_.exchange(false)) inference_.reset_pictures();
  try {
    inference_.prepare(settings);
  } catch (...) {
    failed_ = true;
    throw;
  }
}

GstFlowReturn Stream::frame(BufferPtr buffer) {
  if (caps_ == nullptr) return GST_FLOW_NOT_NEGOTIATED;
  if (failed_) return GST_FLOW_ERROR;
  if (on_gpu()) check_gpu(buffer.get(), *gpu_);
  if (!on_gpu() && in_gpu_memory(buffer.get())) buffer = copy(buffer.get());
  PredictionJob job;
  try {
    job = frame_job(buffer.get());
  } catch (...) {
    telemetry_.count(Outcome::kFailed);
    throw;
  }
  // What is made from a frame cannot be shown with it before it is made.
  const bool shown_after = shows_what_it_makes() && !job.pass_through;
  if (!shown_after) {
    show(std::move(buffer));
    dispatch(std::move(job));
  } else {
    dispatch(std::move(job));
    show(std::move(buffer));
  }
  return flow();
}

bool Stream::shows_what_it_makes() const {
  const View view = main_->view(settings_);
  return !facts_.async && view.output == Output::kSideBySide &&
         view.timestamps == Timestamps::kSource;
}

PredictionJob Stream::frame_job(GstBuffer* buffer) {
  PredictionJob job = job_for(settings_);
  job.pts = GST_BUFFER_PTS(buffer);
  job.duration = GST_BUFFER_DURATION(buffer);
  const bool corrupted = GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_CORRUPTED);
  job.gap = !corrupted && GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_GAP);
  job.damaged = corrupted || job.gap;
  job.pass_through = !GST_CLOCK_TIME_IS_VALID(job.pts) || !predictable(segment_);
  if (job.pass_through) {
    if (main_on_results_ && main_->linked) job.picture = share(buffer);
    return job;
  }
  if (breaks(clock_.last(), job.pts, clock_.step(), settings_.max_gap)) {
    const bool forwards = job.pts >= clock_.last();
    clock_.jump(job.pts);
    earlier_.clear();
    if (!forwards || !concealer_.goes_on(job.pts, settings_.max_gap)) concealer_.forget();
  }
  step_before_ = clock_.step();
  damaged_ = job.damaged;
  clock_.add(job.pts, job.duration);
  // Not the frame itself: pools of cameras and decoders are small, and a network may take long.
  if (needs_predictions(*main_, results_.outlets(), settings_)) job.picture = copy(buffer);
  const bool conceals = main_->view(settings_).output == Output::kConceal;
  newest_copy_ = conceals && job.picture != nullptr ? share(job.picture.get()) : nullptr;
  return job;
}

BufferPtr Stream::copy(GstBuffer* buffer) {
  BufferPtr own = copies_->acquire();
  // A GPU's memory under caps that do not say so is the host's: GStreamer downloads it.
  copy_frame(info_, buffer, own.get(), on_gpu());
  copy_stamps(buffer, own.get());
  copy_metas(buffer, own.get());
  return own;
}

void Stream::show(BufferPtr buffer) {
  Outlets all = arrival_.outlets();
  // The original first: what is drawn for src takes time.
  std::stable_partition(all.begin(), all.end(),
                        [](const auto& outlet) { return outlet->kind == OutletKind::kOriginal; });
  for (const auto& outlet : all) {
    // The last reference goes with the frame, so that downstream may write into it.
    const bool last = outlet == all.back();
    if (outlet->linked) show_on(*outlet, last ? std::move(buffer) : share(buffer.get()));
  }
}

// What src shows of a frame when it arrives.
BufferPtr Stream::dressed(Outlet::Access& feed, BufferPtr buffer, bool passes) {
  const Output output = feed->view().output;
  if (output == Output::kOriginal || output == Output::kConceal)
    return noted(std::move(buffer), telemetry_.note(0));
  const EarlierPredictions::Recalled earlier =
      passes ? EarlierPredictions::Recalled{}
             : earlier_.recall(GST_BUFFER_PTS(buffer.get()), clock_.step());
  if (output == Output::kSideBySide) {
    GstBuffer* right = earlier.picture != nullptr ? earlier.picture.get() : buffer.get();
    return feed->side_by_side(buffer.get(), right);
  }
  GstBuffer* prediction = earlier.fresh ? earlier.picture.get() : nullptr;
  if (errors_ == nullptr) errors_ = std::make_unique<ErrorPictures>(caps_.get());
  return output == Output::kDifference ? errors_->difference(buffer.get(), prediction)
                                       : errors_->heat_map(buffer.get(), prediction);
}

void Stream::show_on(Outlet& outlet, BufferPtr buffer) {
  const GstClockTime pts = GST_BUFFER_PTS(buffer.get());
  const bool passes = !GST_CLOCK_TIME_IS_VALID(pts) || !predictable(segment_);
  auto feed = outlet.feed();
  if (!passes && feed->behind(pts)) return;
  if (!passes && feed->view().output == Output::kConceal) {
    BufferPtr own = newest_copy_ != nullptr ? share(newest_copy_.get()) : nullptr;
    concealer_.show(feed,
                    {std::move(buffer), std::move(own), step_before_, clock_.step(), damaged_},
                    settings_, segment_);
    return;
  }
  if (outlet.kind == OutletKind::kMain) buffer = dressed(feed, std::move(buffer), passes);
  if (passes) {
    feed->pass(std::move(buffer), clock_.step());
  } else {
    feed->show(std::move(buffer), clock_.step());
  }
}

}  // namespace stip::gst
