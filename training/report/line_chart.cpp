#include "report/line_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace stip::training {
namespace {

constexpr double kWidth = 420, kHeight = 250;
constexpr double kLeft = 54, kRight = 10, kTop = 44, kBottom = 26;
constexpr std::size_t kMostPoints = 300;

struct Point {
  double x = 0;
  double y = 0;
};

// Finite points as they are drawn, at most kMostPoints: means of neighbours.
std::vector<Point> drawn_points(const Curve& curve, bool logarithmic) {
  std::vector<Point> points;
  for (const CurvePoint& point : curve) {
    const double y = logarithmic ? std::log10(point.value) : point.value;
    if (std::isfinite(y)) points.push_back({static_cast<double>(point.iteration), y});
  }
  if (points.size() <= kMostPoints) return points;
  std::vector<Point> means;
  for (std::size_t i = 0; i < kMostPoints; ++i) {
    const std::size_t begin = i * points.size() / kMostPoints;
    const std::size_t end = (i + 1) * points.size() / kMostPoints;
    Point mean;
    for (std::size_t j = begin; j < end; ++j) {
      mean.x += points[j].x / static_cast<double>(end - begin);
      mean.y += points[j].y / static_cast<double>(end - begin);
    }
    means.push_back(mean);
  }
  return means;
}

// 1, 2 or 5 times a power of ten: about `count` of them over `span`.
double tick_step(double span, int count) {
  const double rough = span / count;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= rough) return factor * power;
  }
  return 10 * power;
}

struct Range {
  double low = INFINITY;
  double high = -INFINITY;
  void include(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  double share(double value) const { return (value - low) / (high - low); }
};

std::string iteration_text(double value) {
  if (value >= 1e6) return fmt::format("{:.4g}M", value / 1e6);
  if (value >= 1e4) return fmt::format("{:.4g}k", value / 1e3);
  return fmt::format("{:.0f}", value);
}

class Drawing {
 public:
  Drawing(const std::vector<std::vector<Point>>& lines, bool logarithmic)
      : logarithmic_(logarithmic) {
    for (const auto& points : lines) {
      for (const Point& point : points) {
        x_.include(point.x);
        y_.include(point.y);
      }
    }
    if (x_.high == x_.low) x_.high = x_.low + 1;
    const double room = std::max(0.05 * (y_.high - y_.low), 1e-6 + 1e-3 * std::abs(y_.high));
    y_.low -= room;
    y_.high += room;
  }

  std::string axes() const {
    std::string svg;
    for (const double v : logarithmic_ ? decades() : even_ticks()) {
      svg += fmt::format("<path class=grid d='M{} {:.1f}H{}'/>", kLeft, y(v), kWidth - kRight);
      svg += fmt::format("<text x={} y={:.1f} text-anchor=end>{:.3g}</text>", kLeft - 6, y(v) + 4,
                         logarithmic_ ? std::pow(10, v) : v);
    }
    const double x_step = std::max(1.0, tick_step(x_.high - x_.low, 5));
    for (double v = std::ceil(x_.low / x_step) * x_step; v <= x_.high; v += x_step) {
      const bool at_edge = x(v) > kWidth - kRight - 20;
      svg += fmt::format("<text x={:.1f} y={} text-anchor={}>{}</text>", x(v), kHeight - 8,
                         at_edge ? "end" : "middle", iteration_text(v));
    }
    return svg;
  }

  std::string line(const std::vector<Point>& points, const ChartLine& how) const {
    if (points.size() == 1) {
      return fmt::format("<circle cx={:.1f} cy={:.1f} r=3 style='fill:var(--line-{})'/>",
                         x(points[0].x), y(points[0].y), how.colour);
    }
    std::string path;
    for (const Point& point : points) {
      path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? 'M' : 'L', x(point.x), y(point.y));
    }
    return fmt::format("<path class=line d='{}' style='stroke:var(--line-{}){}'/>", path,
                       how.colour, how.dashed ? ";stroke-dasharray:5 4" : "");
  }

 private:
  double x(double value) const { return kLeft + (kWidth - kLeft - kRight) * x_.share(value); }
  double y(double value) const {
    return kHeight - kBottom - (kHeight - kTop - kBottom) * y_.share(value);
  }

  std::vector<double> even_ticks() const {
    const double step = tick_step(y_.high - y_.low, 4);
    std::vector<double> ticks;
    for (double v = std::ceil(y_.low / step) * step; v <= y_.high; v += step) {
      ticks.push_back(std::abs(v) < 1e-9 * step ? 0 : v);
    }
    return ticks;
  }

  // Of logarithms: powers of ten, within two of them also their double and fivefold.
  std::vector<double> decades() const {
    const double span = y_.high - y_.low;
    const double step = std::ceil(span / 5);
    std::vector<double> ticks;
    for (double power = std::floor(y_.low / step) * step; power <= y_.high; power += step) {
      for (const double factor : {1.0, 2.0, 5.0}) {
        const double v = power + std::log10(factor);
        if (v >= y_.low && v <= y_.high && (factor == 1 || span <= 2)) ticks.push_back(v);
      }
    }
    return ticks;
  }

  bool logarithmic_;
  Range x_;
  Range y_;
};

std::string legend(const std::vector<ChartLine>& lines) {
  std::string svg;
  double x = kLeft;
  for (const ChartLine& line : lines) {
    if (line.name.empty()) continue;
    svg += fmt::format("<path class=line d='M{} 31h18' style='stroke:var(--line-{}){}'/>", x,
                       line.colour, line.dashed ? ";stroke-dasharray:5 4" : "");
    svg += fmt::format("<text x={} y=35>{}</text>", x + 23, escape_html(line.name));
    x += 23 + 6.5 * static_cast<double>(line.name.size()) + 12;
  }
  return svg;
}

}  // namespace

std::string line_chart(const std::string& title, const std::vector<ChartLine>& lines,
                       bool logarithmic) {
  std::vector<ChartLine> shown;
  std::vector<std::vector<Point>> points;
  for (const ChartLine& line : lines) {
    auto drawn = drawn_points(*line.curve, logarithmic);
    if (drawn.empty()) continue;
    shown.push_back(line);
    points.push_back(std::move(drawn));
  }
  if (shown.empty()) return "";
  const Drawing drawing(points, logarithmic);
  std::string svg = fmt::format(
      "<svg viewBox='0 0 {} {}' role=img aria-label='{}'><text x={} y=16 class=title>{}</text>",
      kWidth, kHeight, escape_html(title), kLeft, escape_html(title));
  if (shown.size() > 1) svg += legend(shown);
  svg += drawing.axes();
  for (std::size_t i = shown.size(); i-- > 0;) svg += drawing.line(points[i], shown[i]);
  return svg + "</svg>\n";
}

std::string escape_html(const std::string& text) {
  // nlohmann replaces what is not UTF-8; its quotation marks go again.
  const std::string quoted =
      nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  std::string escaped;
  for (const char c : nlohmann::json::parse(quoted).get<std::string>()) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

}  // namespace stip::training
