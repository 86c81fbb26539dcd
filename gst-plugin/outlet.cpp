#include "outlet.h"

namespace stip::gst {

View Outlet::view(const FrameSettings& settings) const {
  View view;
  switch (kind) {
    case OutletKind::kOriginal:
      view.output = Output::kOriginal;
      break;
    case OutletKind::kMain:
      view = {settings.output, settings.horizon, settings.timestamps};
      break;
    case OutletKind::kPrediction:
      view = {Output::kPredicted, horizon, timestamps};
      break;
  }
  if (settings.compensate != 0) view.timestamps = Timestamps::kSource;
  return view;
}

Outlet::Access Outlet::feed(std::uint64_t epoch) {
  std::unique_lock<std::mutex> lock(feed_mutex_);
  return {std::move(lock), epoch == epoch_ ? &feed_ : nullptr};
}

void Outlet::set_epoch(std::uint64_t epoch) {
  const std::lock_guard<std::mutex> lock(feed_mutex_);
  epoch_ = epoch;
}

}  // namespace stip::gst
