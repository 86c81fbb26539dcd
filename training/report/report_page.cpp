#include "report/report_page.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/base64.h"
#include "report/line_chart.h"

namespace stip::training {
namespace {

constexpr const char* kStyle = R"(
:root{color-scheme:light dark;--ground:#fff;--text:#1d2127;--quiet:#667080;--rule:#dde1e7;--box:#f5f6f8;
--line-0:#2563c9;--line-1:#d1621b;--line-2:#2e8b57;--line-3:#8a4fbf;--line-4:#8b8f97}
@media(prefers-color-scheme:dark){:root{--ground:#16191d;--text:#e4e7eb;--quiet:#98a1ad;--rule:#343a42;
--box:#1f2328;--line-0:#6ea3f5;--line-1:#f09a5e;--line-2:#63c08c;--line-3:#bd8ff0;--line-4:#9aa0a8}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.2rem 1rem 3rem;max-width:88rem;background:var(--ground);color:var(--text);
font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.5rem;margin:0 0 .3rem;overflow-wrap:anywhere}
h2{font-size:1.15rem;margin:2rem 0 .6rem}
p{margin:.3rem 0;max-width:60rem}
.quiet{color:var(--quiet);font-size:.9rem}
.charts{display:grid;gap:1.2rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,25rem),1fr))}
svg{width:100%;max-width:34rem;height:auto;display:block}
svg text{fill:var(--quiet);font:12px system-ui,sans-serif}
svg .title{fill:var(--text);font-weight:600;font-size:14px}
.grid{stroke:var(--rule);fill:none}
.line{fill:none;stroke-width:1.8;stroke-linejoin:round}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{text-align:right;padding:.25rem .9rem .25rem 0;border-bottom:1px solid var(--rule)}
th{color:var(--quiet);font-weight:500}
figure{margin:0 0 1.4rem}
.scroll{overflow-x:auto}
figure img{display:block;width:100%;min-width:40rem;max-width:82rem;height:auto}
figcaption{color:var(--quiet);font-size:.9rem;overflow-wrap:anywhere}
pre{background:var(--box);padding:.8rem;border-radius:6px;overflow:auto;font-size:.82rem;line-height:1.45}
pre.command{white-space:pre-wrap;overflow-wrap:anywhere}
)";

double newest(const RunHistory& history, const std::string& name) {
  const Curve& curve = history.curve(name);
  return curve.empty() ? NAN : curve.back().value;
}

std::string head(const ReportPage& page) {
  std::string html = fmt::format(
      "<!doctype html>\n<html lang=en><meta charset=utf-8><meta name=viewport "
      "content='width=device-width,initial-scale=1'><title>{0}</title><style>{1}</style>\n"
      "<h1>{0}</h1>\n<p>Iteration {2} of {3}",
      escape_html(page.name), kStyle, page.done, page.all);
  if (page.best_psnr > 0) {
    html += fmt::format("; best validation so far {:.2f} dB, mean over horizons", page.best_psnr);
  }
  const std::time_t now = std::time(nullptr);
  return html + fmt::format(".</p>\n<p class=quiet>{} Written {:%Y-%m-%d %H:%M} UTC.</p>\n",
                            escape_html(page.data), fmt::gmtime(now));
}

std::string validation_table(const RunHistory& history) {
  const int horizons = history.horizons();
  if (horizons == 0) return "<p>No validation yet (or no data.validation): no figures.</p>\n";
  std::string html = "<table><tr><th>frames ahead<th>model, dB<th>copying, dB<th>difference</tr>\n";
  for (int k = 1; k <= horizons; ++k) {
    const double model = newest(history, "validation/psnr/" + std::to_string(k));
    const double copied = newest(history, "validation/copy_last/" + std::to_string(k));
    html += fmt::format("<tr><td>{}<td>{:.2f}<td>{:.2f}<td>{:+.2f}</tr>\n", k, model, copied,
                        model - copied);
  }
  return html +
         "</table>\n<p class=quiet>PSNR of predictions clamped and rounded to 8 bit, mean "
         "over the validation clips; copying repeats the newest frame.</p>\n";
}

std::string validation_chart(const RunHistory& history) {
  const int horizons = history.horizons();
  std::vector<int> shown = {1, (horizons + 1) / 2, horizons};
  shown.erase(std::unique(shown.begin(), shown.end()), shown.end());
  std::vector<ChartLine> lines;
  for (std::size_t i = 0; horizons > 0 && i < shown.size(); ++i) {
    const std::string k = std::to_string(shown[i]);
    lines.push_back({"+" + k, &history.curve("validation/psnr/" + k), static_cast<int>(i)});
    const bool last = i + 1 == shown.size();
    lines.push_back({last ? "dashed: copying" : "", &history.curve("validation/copy_last/" + k),
                     static_cast<int>(i), true});
  }
  return line_chart("Validation PSNR, dB, by frames ahead", lines);
}

// A curve that never left 0 was switched off.
bool used(const Curve& curve) {
  return std::any_of(curve.begin(), curve.end(), [](const CurvePoint& p) { return p.value != 0; });
}

// The frame term is the squared error itself unless loss.frame: relative.
bool same(const Curve& a, const Curve& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const CurvePoint& p, const CurvePoint& q) { return p.value == q.value; });
}

std::string charts(const RunHistory& history) {
  struct Chart {
    const char* title;
    std::vector<std::pair<const char*, const char*>> curves;  // key in the log, name
    bool logarithmic;
  };
  const std::vector<Chart> all = {
      {"Squared error of frames (training)", {{"frame", "frame"}}, true},
      {"Frame term as minimised", {{"objective", "objective"}}, false},
      {"Perceptual loss, unweighted", {{"perceptual", "perceptual"}}, true},
      {"Cross entropies",
       {{"adversarial", "adversarial"}, {"discriminator", "discriminator"}},
       false},
      {"Discriminator's probability of truth",
       {{"probability_true", "true frames"}, {"probability_predicted", "predicted"}},
       false},
      {"Norm of the generator's gradient", {{"gradient_norm", "norm"}}, true},
      {"Learning rate", {{"rate", "rate"}}, false},
      {"Chance of feeding the truth", {{"truth_chance", "chance"}}, false},
      {"Iterations a second", {{"iterations_per_second", "speed"}}, false}};
  std::string html = validation_chart(history);
  for (const Chart& chart : all) {
    if (chart.curves.front().first == std::string("objective") &&
        same(history.curve("objective"), history.curve("frame"))) {
      continue;
    }
    std::vector<ChartLine> lines;
    for (const auto& [key, name] : chart.curves) {
      const Curve& curve = history.curve(key);
      if (used(curve)) lines.push_back({name, &curve, static_cast<int>(lines.size())});
    }
    html += line_chart(chart.title, lines, chart.logarithmic);
  }
  return "<h2>Curves over iterations</h2>\n<div class=charts>\n" + html + "</div>\n";
}

std::string strips(const std::string& title, const std::vector<ReportPage::Picture>& pictures) {
  if (pictures.empty()) return "";
  std::string html = "<h2>" + title + "</h2>\n";
  for (const ReportPage::Picture& picture : pictures) {
    html += "<figure><div class=scroll><img alt='" + escape_html(picture.caption) +
            "' src='data:image/png;base64," + base64(picture.png) + "'></div><figcaption>" +
            escape_html(picture.caption) + "</figcaption></figure>\n";
  }
  return html;
}

}  // namespace

std::string report_html(const ReportPage& page, const RunHistory& history) {
  return head(page) + "<h2>Newest validation</h2>\n<div class=scroll>" + validation_table(history) +
         "</div>\n" + charts(history) +
         strips("Newest strips: truth, prediction, error times four", page.newest) +
         strips("The same at the first validation", page.first) +
         "<h2>Command</h2>\n<pre class=command>" + escape_html(page.command) +
         "</pre>\n<h2>Configuration</h2>\n<pre>" + escape_html(page.configuration) + "</pre>\n";
}

}  // namespace stip::training
