#include "data/list_file.h"

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "stip/error.h"

namespace stip::training {
namespace {

namespace fs = std::filesystem;

constexpr int kHumanStep = 5;
constexpr std::size_t kMostFrames = 1000000;

// What a line says.
struct Line {
  std::string folder;
  std::string prefix;
  long long begin = 0;
  bool human = false;  // human36m's names

  std::string file(std::size_t frame) const {
    if (!human) return std::to_string(begin + static_cast<long long>(frame)) + ".png";
    std::array<char, 32> digits{};
    std::snprintf(digits.data(), digits.size(), "%06lld",
                  begin + kHumanStep * static_cast<long long>(frame));
    return prefix + digits.data() + ".jpg";
  }
};

bool read_number(const std::string& text, long long* number) {
  if (text.empty() || text.size() > 9 || text.find_first_not_of("0123456789") != std::string::npos)
    return false;
  *number = std::stoll(text);
  return true;
}

bool parse(const std::string& text, Line* line) {
  std::vector<std::string> fields;
  std::istringstream stream(text);
  for (std::string field; std::getline(stream, field, ',');) fields.push_back(field);
  if (fields.size() < 2 || fields.size() > 4 || fields[0].empty()) return false;
  line->folder = fields[0];
  line->human = fields.size() == 4;
  if (line->human) line->prefix = fields[1];
  long long end = 0;
  const std::size_t at = line->human ? 2 : 1;
  return read_number(fields[at], &line->begin) &&
         (fields.size() == 2 || read_number(fields.back(), &end));
}

fs::path find_folder(const fs::path& list, const std::string& folder, const std::string& where) {
  const fs::path beside = fs::absolute(list).parent_path();
  for (const fs::path& base : {beside, beside.parent_path()}) {
    std::error_code ignored;
    if (fs::is_directory(base / folder, ignored)) return (base / folder).lexically_normal();
  }
  throw Error(ErrorCode::kNotFound, where + ": the folder '" + folder + "' is neither in '" +
                                        beside.string() + "' nor in '" +
                                        beside.parent_path().string() + "'");
}

ListedClip find_pictures(const Line& line, const fs::path& folder, const std::string& where,
                         int frames) {
  ListedClip clip{where, {}};
  const std::size_t most = frames > 0 ? static_cast<std::size_t>(frames) : kMostFrames;
  while (clip.files.size() < most) {
    const fs::path file = folder / line.file(clip.files.size());
    std::error_code ignored;
    if (!fs::exists(file, ignored)) {
      if (frames == 0 && !clip.files.empty()) break;
      throw Error(ErrorCode::kNotFound,
                  where + ": '" + file.string() + "' is missing" +
                      (frames > 0 ? "; a clip needs " + std::to_string(frames) + " pictures" : ""));
    }
    clip.files.push_back(file.string());
  }
  return clip;
}

}  // namespace

bool is_list_name(const std::string& path) { return fs::path(path).extension() == ".txt"; }

std::vector<ListedClip> read_list_file(const std::string& path, int frames) {
  std::ifstream file(path);
  if (!file) {
    const bool missing = !fs::exists(path);
    throw Error(missing ? ErrorCode::kNotFound : ErrorCode::kUnreadable,
                "the list '" + path + "' " + (missing ? "does not exist" : "cannot be read"));
  }
  std::vector<ListedClip> clips;
  int number = 0;
  for (std::string text; std::getline(file, text);) {
    ++number;
    while (!text.empty() && (text.back() == '\r' || text.back() == ' ')) text.pop_back();
    if (text.empty()) continue;
    const std::string where = path + ":" + std::to_string(number);
    Line line;
    if (!parse(text, &line)) {
      throw Error(ErrorCode::kWrongKind,
                  where + " is '" + text.substr(0, 80) +
                      "'; accepted: dir/,begin or dir/,begin,end or dir/,prefix,begin,end");
    }
    clips.push_back(find_pictures(line, find_folder(path, line.folder, where), where, frames));
  }
  if (clips.empty()) throw Error(ErrorCode::kWrongKind, "the list '" + path + "' names no clips");
  return clips;
}

}  // namespace stip::training
