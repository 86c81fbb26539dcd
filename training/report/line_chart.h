#pragma once

#include <string>
#include <vector>

#include "report/run_history.h"

namespace stip::training {

/// One line of a chart.
struct ChartLine {
  std::string name;  ///< in the legend; empty: not there
  const Curve* curve = nullptr;
  int colour = 0;       ///< 0..4, the page's CSS variables --line-0 ...
  bool dashed = false;  ///< a yardstick beside the model
};

/// A chart as inline SVG, which a page scales to its column: title, axes, grid, legend, lines; of
/// long curves the means of neighbouring points. Values that are no finite numbers, and with
/// `logarithmic` those not above 0, are left out. Empty text if nothing is left to draw.
std::string line_chart(const std::string& title, const std::vector<ChartLine>& lines,
                       bool logarithmic = false);

/// &, <, >, " and ' as HTML and SVG want them, in valid UTF-8.
std::string escape_html(const std::string& text);

}  // namespace stip::training
