#include "stats_structure.h"

namespace stip::gst {
namespace {

void set_count(GstStructure* fields, const std::string& name, std::uint64_t count) {
  gst_structure_set(fields, name.c_str(), G_TYPE_UINT64, count, nullptr);
}

void set_number(GstStructure* fields, const std::string& name, double value) {
  gst_structure_set(fields, name.c_str(), G_TYPE_DOUBLE, value, nullptr);
}

void set_flag(GstStructure* fields, const char* name, bool value) {
  gst_structure_set(fields, name, G_TYPE_BOOLEAN, value, nullptr);
}

double milliseconds(GstClockTime time) {
  return static_cast<double>(time) / static_cast<double>(GST_MSECOND);
}

void set_frames(GstStructure* fields, const Stats& stats) {
  std::uint64_t skipped = 0;
  for (const auto& [cause, count] : stats.skipped) skipped += count;
  set_count(fields, "frames-in", stats.predicted + skipped);
  set_count(fields, "predicted", stats.predicted);
  set_count(fields, "skipped", skipped);
  for (const auto& [cause, count] : stats.skipped) set_count(fields, "skipped-" + cause, count);
  set_count(fields, "concealed", stats.concealed);
  for (const auto& [name, count] : stats.counters) set_count(fields, name, count);
}

void set_quality(GstStructure* fields, int horizon, const RunningComparison& running) {
  const std::string name = "horizon-" + std::to_string(horizon) + "-";
  set_count(fields, name + "compared", running.count);
  set_number(fields, name + "psnr", running.mean.model.psnr);
  set_number(fields, name + "psnr-copy-last", running.mean.copy_last.psnr);
  set_number(fields, name + "ssim", running.mean.model.ssim);
  set_number(fields, name + "ssim-copy-last", running.mean.copy_last.ssim);
}

}  // namespace

GstStructure* stats_structure(const Stats& stats) {
  GstStructure* fields = gst_structure_new_empty("application/x-stippredict-stats");
  set_frames(fields, stats);
  set_flag(fields, "idle", stats.idle);
  set_flag(fields, "bypassed", stats.bypassed);
  set_number(fields, "anomaly-score", stats.anomaly_score);
  set_number(fields, "inference-p50-ms", milliseconds(stats.inference_p50));
  set_number(fields, "inference-p95-ms", milliseconds(stats.inference_p95));
  for (const auto& [horizon, running] : stats.quality) set_quality(fields, horizon, running);
  return fields;
}

}  // namespace stip::gst
