#pragma once

#include <fstream>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "report/event_file.h"
#include "report/report_page.h"
#include "report/run_history.h"
#include "report/validation_strips.h"

namespace stip::training {

/// What a run leaves for people to look at, in its folder: log.jsonl, TensorBoard's event files
/// (tensorboard/), strips of pictures (strips/) and report.html. A full disk is reported once and
/// never stops training: what could not be written is left out.
class RunRecord {
 public:
  /// `done`: iterations done before; above 0 continues what is in the folder.
  RunRecord(const std::string& folder, std::int64_t done);

  /// One line of the log, and its numbers in the curves and event files.
  void log(const nlohmann::ordered_json& record);

  /// Strips of a validation after `done` iterations: strips/ITERATION-N-CLIP.png and event files.
  void add_strips(std::int64_t done, const ValidationStrips& strips);

  /// report.html, atomically; `page` without its pictures, which are those in strips/.
  void write_report(ReportPage page) const;

 private:
  void write_log(const std::string& line);

  std::string folder_;
  RunHistory history_;
  EventFile events_;
  std::ofstream log_;
  bool complete_ = true;  // nothing was left out so far
};

}  // namespace stip::training
