#pragma once

#include <string>
#include <vector>

#include "report/run_history.h"

namespace stip::training {

/// What a run's report shows beside its curves.
struct ReportPage {
  std::string name;           ///< of the run: its folder
  std::string command;        ///< the command line
  std::string configuration;  ///< YAML, all of it
  std::string data;           ///< one sentence
  std::int64_t done = 0;      ///< iterations
  std::int64_t all = 0;
  double best_psnr = 0;  ///< mean over horizons, dB; 0: none yet

  struct Picture {
    std::string caption;
    std::string png;  ///< the file's bytes
  };
  std::vector<Picture> newest;  ///< strips of the newest validation
  std::vector<Picture> first;   ///< and of the first, if that is another one
};

/// One self-contained HTML page, no script, openable without a network: curves as inline SVG,
/// strips as embedded pictures, configuration and command as text.
std::string report_html(const ReportPage& page, const RunHistory& history);

}  // namespace stip::training
