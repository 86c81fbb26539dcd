// The part of Inference that makes what may have to fill the places of missing frames.
#include <algorithm>

#include "conceal_policy.h"
#include "inference.h"
#include "mapped_frame.h"
#include "memory_retry.h"

namespace stip::gst {

// What may have to fill a place before the worker is told that it must: live the first, as more are
// made while frames are missing; of a file, which waits for nothing, all that can be needed.
int Inference::farthest_to_conceal(const FrameSettings& settings) const {
  const bool conceals = env_.main.linked && settings.output == Output::kConceal;
  if (!conceals || !env_.facts.async) return 0;
  if (env_.facts.live) return 1;
  const ConcealSettings all{settings.max_conceal, settings.rejoin_frames};
  return std::min(farthest_ahead(all, session_.step()) + settings.rejoin_frames, kMaxHorizon);
}

std::vector<AheadPictures::Entry> Inference::ahead(int first, int last,
                                                   const PredictionNote& about) {
  std::vector<AheadPictures::Entry> entries;
  const MappedFrame newest(info_, newest_.get(), GST_MAP_READ);
  for (int k = first; k <= last; ++k) {
    BufferPtr picture = pictures_->give(k, newest, [&] { return pool_->acquire(); });
    PredictionNote note = about;
    note.horizon = k;
    attach_note(picture.get(), note);
    entries.push_back({session_.target(k), std::move(picture)});
  }
  return entries;
}

void Inference::look_ahead(int farthest, OnError on_error) {
  if (!session_.is_open() || !session_.ready() || newest_ == nullptr) return;
  try {
    with_a_retry([&] { roll_ahead(farthest); });
  } catch (const Error& error) {
    if (error.code() == ErrorCode::kInterrupted) return;
    if (on_error == OnError::kError) throw;
    env_.reporter.prediction_failed(error);
  }
}

// Horizons that are there already are not asked for again: the rollout goes on after them.
void Inference::roll_ahead(int farthest) {
  if (!session_.ready() || newest_ == nullptr) return;  // memory ran out
  const GstClockTime source = session_.newest();
  const int there = env_.ahead.count(source);
  if (there >= farthest) return;
  std::vector<int> horizons;
  for (int k = there + 1; k <= farthest; ++k) horizons.push_back(k);
  const gint64 begin = g_get_monotonic_time();
  {
    const MappedFrame newest(info_, newest_.get(), GST_MAP_READ);
    pictures_->predict(session_, horizons, newest);
  }
  PredictionNote note = env_.telemetry.note(1);
  note.source_pts = source;
  note.inference_time = note.age =
      static_cast<GstClockTime>(g_get_monotonic_time() - begin) * GST_USECOND;
  std::vector<AheadPictures::Entry> entries = ahead(there + 1, farthest, note);
  if (there > 0) {
    env_.ahead.extend(source, std::move(entries), origin());
  } else {
    env_.ahead.replace(source, std::move(entries), origin());
  }
}

}  // namespace stip::gst
