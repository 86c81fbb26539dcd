#include "data/file_names.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <initializer_list>

#include "stip/error.h"

namespace stip::training {
namespace {

namespace fs = std::filesystem;

bool ends_in_one_of(const std::string& name, std::initializer_list<const char*> extensions) {
  std::string extension = fs::path(name).extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return char(std::tolower(c)); });
  return std::find(extensions.begin(), extensions.end(), extension) != extensions.end();
}

bool digit(char c) { return c >= '0' && c <= '9'; }

// The digits from `at` on, without leading zeros; `at` moves behind them.
std::string take_number(const std::string& text, std::size_t& at) {
  while (at < text.size() && text[at] == '0') ++at;
  const std::size_t first = at;
  while (at < text.size() && digit(text[at])) ++at;
  return text.substr(first, at - first);
}

}  // namespace

bool is_picture_name(const std::string& name) {
  return ends_in_one_of(
      name, {".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".ppm", ".pgm", ".webp"});
}

bool is_video_name(const std::string& name) {
  return ends_in_one_of(name, {".mp4", ".m4v",  ".mov",  ".mkv",  ".webm", ".avi", ".mpg", ".mpeg",
                               ".ts",  ".m2ts", ".mts",  ".wmv",  ".flv",  ".ogv", ".ogg", ".3gp",
                               ".mxf", ".y4m",  ".h264", ".h265", ".gif",  ".vob", ".asf"});
}

bool natural_less(const std::string& a, const std::string& b) {
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() && j < b.size()) {
    if (digit(a[i]) && digit(b[j])) {
      const std::string x = take_number(a, i);
      const std::string y = take_number(b, j);
      if (x.size() != y.size()) return x.size() < y.size();
      if (x != y) return x < y;
    } else {
      if (a[i] != b[j]) return a[i] < b[j];
      ++i;
      ++j;
    }
  }
  if ((i < a.size()) != (j < b.size())) return j < b.size();
  return a < b;  // 1.png and 01.png: one order for good
}

std::vector<std::string> list_folder(const std::string& folder) {
  std::error_code code;
  if (!fs::exists(folder, code)) {
    throw Error(ErrorCode::kNotFound, "the folder '" + folder + "' does not exist: check the path");
  }
  std::vector<std::string> names;
  fs::directory_iterator entry(folder, code);
  for (; !code && entry != fs::directory_iterator(); entry.increment(code)) {
    const std::string name = entry->path().filename().string();
    if (name.front() != '.') names.push_back(name);
  }
  if (code) {
    throw Error(ErrorCode::kUnreadable,
                "the folder '" + folder + "' cannot be listed: " + code.message());
  }
  std::sort(names.begin(), names.end(), natural_less);
  return names;
}

}  // namespace stip::training
