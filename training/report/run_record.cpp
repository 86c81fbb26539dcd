#include "report/run_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "data/file_names.h"
#include "media/picture.h"
#include "write_attempt.h"

namespace stip::training {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// ITERATION-N-CLIP.png: the iteration; empty if the name is another one.
std::string iteration_of(const std::string& name) {
  const auto digits = name.find_first_not_of("0123456789");
  return digits == std::string::npos || name[digits] != '-' ? "" : name.substr(0, digits);
}

std::vector<ReportPage::Picture> pictures_of(const std::string& folder,
                                             const std::vector<std::string>& names,
                                             const std::string& iteration) {
  std::vector<ReportPage::Picture> pictures;
  for (const std::string& name : names) {
    if (iteration_of(name) != iteration) continue;
    const std::string clip = fs::path(name.substr(iteration.size() + 3)).stem().string();
    const std::string number =
        iteration.substr(std::min(iteration.find_first_not_of('0'), iteration.size() - 1));
    pictures.push_back({clip + ", iteration " + number, read_file(folder + "/" + name)});
  }
  return pictures;
}

}  // namespace

RunRecord::RunRecord(const std::string& folder, std::int64_t done)
    : folder_(folder), events_(folder + "/tensorboard", done) {
  if (done > 0) history_.read_log(folder + "/log.jsonl", done);
  log_.open(folder + "/log.jsonl", done > 0 ? std::ios::app : std::ios::trunc);
}

void RunRecord::log(const Json& record) {
  write_log(record.dump(-1, ' ', false, Json::error_handler_t::replace));
  const RunHistory::Scalars scalars = RunHistory::scalars(record);
  const std::int64_t done = RunHistory::iterations_done(record);
  history_.add(done, scalars);
  events_.add_scalars(done, scalars);
}

void RunRecord::write_log(const std::string& line) {
  log_.clear();  // a disk that was full may have room again
  if (log_ << line << std::endl) {
    complete_ = true;
    return;
  }
  if (complete_) spdlog::warn("{}/log.jsonl cannot be written; lines of it are lost", folder_);
  complete_ = false;
}

void RunRecord::add_strips(std::int64_t done, const ValidationStrips& strips) {
  std::error_code ignored;  // writing says what is wrong
  fs::create_directories(folder_ + "/strips", ignored);
  int number = 0;
  for (const ValidationStrips::Strip& strip : strips.strips()) {
    const std::string path = fmt::format("{}/strips/{:08}-{}-{}.png", folder_, done, ++number,
                                         fs::path(strip.clip).filename().string());
    write_png(path, strip.picture.view());
    events_.add_picture(done, "strip/" + std::to_string(number), read_file(path),
                        strip.picture.width, strip.picture.height);
  }
}

void RunRecord::write_report(ReportPage page) const {
  const std::string folder = folder_ + "/strips";
  std::error_code ignored;
  if (fs::is_directory(folder, ignored)) {
    std::vector<std::string> names = list_folder(folder);
    names.erase(std::remove_if(names.begin(), names.end(),
                               [](const std::string& name) { return iteration_of(name).empty(); }),
                names.end());
    if (!names.empty()) {
      const std::string first = iteration_of(names.front()), newest = iteration_of(names.back());
      page.newest = pictures_of(folder, names, newest);
      if (first != newest) page.first = pictures_of(folder, names, first);
    }
  }
  write_file_atomically(folder_ + "/report.html", report_html(page, history_));
}

}  // namespace stip::training
