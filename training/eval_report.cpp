#include "eval_report.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace stip::training {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kNotAvailable = "not available";

bool is_measured(const Measures& measures) { return !std::isnan(measures[kPsnr]); }

Json number(double value) { return std::isnan(value) ? Json(nullptr) : Json(value); }

Json scores_json(const HorizonScores& scores) {
  Json json = Json::object();
  for (std::size_t column = 0; column < kColumnCount; ++column) {
    Json& figures = json[kColumnNames[column]];
    if (!is_measured(scores[column])) continue;  // null
    for (std::size_t m = 0; m < kMeasureCount; ++m) {
      figures[kMeasureNames[m]] = number(scores[column][m]);
    }
  }
  return json;
}

Json horizons_json(const std::vector<HorizonScores>& horizons) {
  Json list = Json::array();
  for (std::size_t k = 0; k < horizons.size(); ++k) {
    Json horizon = {{"k", k + 1}};
    horizon.update(scores_json(horizons[k]));
    list.push_back(std::move(horizon));
  }
  return list;
}

Json group_json(const GroupScores& group) {
  Json json = {{"name", group.name}};
  if (group.frames > 0) json["frames"] = group.frames;
  json["starts"] = group.starts;
  json["horizons"] = horizons_json(group.horizons);
  return json;
}

Json interval_json(const Interval& interval) {
  return Json::array({number(interval.low), number(interval.high)});
}

Json intervals_json(const std::vector<HorizonIntervals>& intervals) {
  Json list = Json::array();
  for (std::size_t k = 0; k < intervals.size(); ++k) {
    Json json = {{"k", k + 1}, {"psnr", interval_json(intervals[k].psnr)}};
    for (std::size_t column = kCopyLastColumn; column < kColumnCount; ++column) {
      json[std::string("gain_over_") + kColumnNames[column]] =
          interval_json(intervals[k].gains[column]);
    }
    list.push_back(std::move(json));
  }
  return list;
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

void add_csv(const std::string& group, const std::string& name, const std::string& horizon,
             const HorizonScores& scores, std::string* csv) {
  for (std::size_t column = 0; column < kColumnCount; ++column) {
    *csv += fmt::format("{},{},{},{}", group, csv_field(name), horizon, kColumnNames[column]);
    for (const double value : scores[column]) {
      *csv += std::isnan(value) ? fmt::format(",{}", kNotAvailable) : fmt::format(",{:.6g}", value);
    }
    *csv += '\n';
  }
}

void add_csv(const std::string& group, const std::string& name,
             const std::vector<HorizonScores>& horizons, std::string* csv) {
  for (std::size_t k = 0; k < horizons.size(); ++k) {
    add_csv(group, name, std::to_string(k + 1), horizons[k], csv);
  }
  add_csv(group, name, "mean", mean_over_horizons(horizons), csv);
}

std::string cell(double value, const char* format) {
  return std::isnan(value) ? "-" : fmt::format(fmt::runtime(format), value);
}

void print_psnr_rows(const std::string& title, const std::vector<HorizonScores>& horizons) {
  fmt::print("{}\n", title);
  for (std::size_t k = 0; k < horizons.size(); ++k) {
    fmt::print("  {:>7}", k + 1);
    for (const Measures& measures : horizons[k]) {
      fmt::print("  {:>9}", cell(measures[kPsnr], "{:.2f}"));
    }
    fmt::print("\n");
  }
}

void print_figures(const std::string& horizon, const HorizonScores& scores,
                   MetricConvention convention) {
  const bool paper = convention == MetricConvention::kPaper;
  const char* error = paper ? "{:.1f}" : "{:.6f}";
  for (std::size_t column = 0; column < kColumnCount; ++column) {
    const Measures& m = scores[column];
    if (!is_measured(m)) {
      fmt::print("  {:>7}  {:<9}  {}\n", horizon, kColumnNames[column], kNotAvailable);
      continue;
    }
    fmt::print("  {:>7}  {:<9}  {:>9}  {:>9}  {:>6}  {:>6}  {:>7}  {:>13}  {:>9}\n", horizon,
               kColumnNames[column], cell(m[kMse], error), cell(m[kMae], error),
               cell(m[kPsnr], "{:.2f}"), cell(m[kSsim], "{:.4f}"), cell(m[kMsSsim], "{:.4f}"),
               std::isnan(m[kLpips]) ? kNotAvailable : cell(m[kLpips], "{:.4f}"),
               cell(m[kSharpness], "{:.3f}"));
  }
}

void print_intervals(const Scores& scores) {
  if (scores.intervals.empty() || std::isnan(scores.intervals.front().psnr.low)) return;
  fmt::print("\nmodel's PSNR in dB, and its gain over each yardstick, with 95 % intervals\n");
  for (std::size_t k = 0; k < scores.intervals.size(); ++k) {
    const double model = scores.mean[k][kModelColumn][kPsnr];
    fmt::print("  {:>7}  {:.2f} [{:.2f}, {:.2f}]", k + 1, model, scores.intervals[k].psnr.low,
               scores.intervals[k].psnr.high);
    for (std::size_t column = kCopyLastColumn; column < kColumnCount; ++column) {
      const Interval& gain = scores.intervals[k].gains[column];
      if (std::isnan(gain.low)) continue;
      fmt::print("  {} {:+.2f} [{:+.2f}, {:+.2f}]", kColumnNames[column],
                 model - scores.mean[k][column][kPsnr], gain.low, gain.high);
    }
    fmt::print("\n");
  }
}

}  // namespace

std::string convention_text(MetricConvention convention) {
  const std::string paper =
      "paper: values 0..1; MSE and MAE summed over a frame; SSIM with range 2 and a 7x7 window; "
      "LPIPS on BGR, mean of the map, x100";
  const std::string strict =
      "strict: values 0..1; MSE and MAE means; SSIM with range 1 and a Gaussian 11x11 window; "
      "LPIPS "
      "on RGB";
  return (convention == MetricConvention::kPaper ? paper : strict) +
         "; PSNR in dB of 8-bit frames, mean over frames, then over clips";
}

std::string report_json(const Scores& scores, const ReportFacts& facts) {
  Json root;
  root["convention"] = convention_text(facts.convention);
  root["context"] = facts.context;
  root["yardstick_context"] = facts.lead;
  root["flow_preset"] = facts.flow_preset;
  root["not_available"] = Json::object();
  for (const auto& [name, reason] : facts.not_available) root["not_available"][name] = reason;
  root["parameters"] = facts.parameters < 0 ? Json(nullptr) : Json(facts.parameters);
  root["multiply_adds_per_step"] =
      facts.multiply_adds_per_step < 0 ? Json(nullptr) : Json(facts.multiply_adds_per_step);
  root["multiply_adds_counted_at"] = facts.counted_at;
  root["seconds_per_rollout"] = scores.seconds_per_rollout;
  root["frames_per_second"] = facts.horizon / scores.seconds_per_rollout;
  root["clips"] = Json::array();
  for (const GroupScores& clip : scores.clips) root["clips"].push_back(group_json(clip));
  root["mean"] = horizons_json(scores.mean);
  root["mean_over_horizons"] = scores_json(mean_over_horizons(scores.mean));
  root["kinds"] = Json::array();
  for (const GroupScores& kind : scores.kinds) root["kinds"].push_back(group_json(kind));
  root["intervals"] = intervals_json(scores.intervals);
  return root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string report_csv(const Scores& scores) {
  std::string csv = "group,name,horizon,predictor";
  for (const char* name : kMeasureNames) csv += fmt::format(",{}", name);
  csv += '\n';
  for (const GroupScores& clip : scores.clips) add_csv("clip", clip.name, clip.horizons, &csv);
  for (const GroupScores& kind : scores.kinds) add_csv("kind", kind.name, kind.horizons, &csv);
  add_csv("mean", "", scores.mean, &csv);
  return csv;
}

void print_report(const Scores& scores, const ReportFacts& facts) {
  fmt::print("{}\n", convention_text(facts.convention));
  for (const auto& [name, reason] : facts.not_available) {
    fmt::print("{} is not available: {}\n", name, reason);
  }
  fmt::print("\nPSNR\n  {:>7}  {:>9}  {:>9}  {:>9}  {:>9}\n", "horizon", "model", "copy-last",
             "flow", "blend");
  for (const GroupScores& clip : scores.clips) {
    print_psnr_rows(fmt::format("{} ({} starts)", clip.name, clip.starts), clip.horizons);
  }
  for (const GroupScores& kind : scores.kinds) {
    print_psnr_rows(fmt::format("{} starts ({})", kind.name, kind.starts), kind.horizons);
  }
  if (scores.clips.size() > 1) print_psnr_rows("mean over clips", scores.mean);
  fmt::print(
      "\nmean over clips\n  {:>7}  {:<9}  {:>9}  {:>9}  {:>6}  {:>6}  {:>7}  {:>13}  {:>9}\n",
      "horizon", "", "MSE", "MAE", "PSNR", "SSIM", "MS-SSIM", "LPIPS", "sharpness");
  for (std::size_t k = 0; k < scores.mean.size(); ++k) {
    print_figures(std::to_string(k + 1), scores.mean[k], facts.convention);
  }
  print_figures("mean", mean_over_horizons(scores.mean), facts.convention);
  print_intervals(scores);
  fmt::print("\n{:.1f} ms a rollout of {} frames (median), {:.1f} frames/s",
             1000 * scores.seconds_per_rollout, facts.horizon,
             facts.horizon / scores.seconds_per_rollout);
  if (facts.parameters >= 0) {
    fmt::print("; {} parameters, {:.3f} G multiply-adds a step at {}", facts.parameters,
               static_cast<double>(facts.multiply_adds_per_step) / 1e9, facts.counted_at);
  }
  fmt::print("\n");
}

}  // namespace stip::training
