#include "progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <limits>

namespace stip::training {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kTerminalPause = std::chrono::milliseconds(100);
constexpr auto kPlainPause = std::chrono::seconds(30);

std::size_t terminal_width() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

std::string bar(long long done, long long all) {
  constexpr int kWidth = 20;
  const auto filled = all > 0 ? static_cast<int>(kWidth * done / all) : 0;
  return "[" + std::string(static_cast<std::size_t>(filled), '#') +
         std::string(static_cast<std::size_t>(kWidth - filled), '.') + "]";
}

std::string count_text(long long done, long long all) {
  return all > 0 ? fmt::format("{}/{}", done, all) : fmt::format("{}", done);
}

}  // namespace

Progress::Progress(std::string what)
    : what_(std::move(what)), terminal_(isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() { pause(); }

void Progress::show(long long done, long long all, const std::string& text) {
  const auto now = Clock::now();
  const bool first = last_ == Clock::time_point{};
  if (!first && (all == 0 || done < all) &&
      now - last_ < (terminal_ ? Clock::duration(kTerminalPause) : kPlainPause))
    return;
  last_ = now;
  if (!terminal_) {
    fmt::print(stderr, "{} {} {}\n", what_, count_text(done, all), text);
    return;
  }
  fmt::print(stderr, "\r\033[K{}", progress_line(what_, done, all, text, terminal_width() - 1));
  std::fflush(stderr);
  line_open_ = true;
}

void Progress::pause() {
  if (line_open_) fmt::print(stderr, "\n");
  line_open_ = false;
}

std::string progress_line(const std::string& what, long long done, long long all, std::string text,
                          std::size_t width) {
  const std::string name = all > 0 ? what + " " + bar(done, all) : what;
  const std::string count = count_text(done, all);
  const auto line = [&](const std::string& start) {
    return fmt::format("{} {} {}", start, count, text);
  };
  // Also when the count has as many digits as at the end: nothing comes and goes on the way.
  const std::size_t growth = std::max(count.size(), count_text(all, all).size()) - count.size();
  const auto fits = [&] { return line(name).size() + growth <= width; };
  while (!fits() && text.find(" | ") != std::string::npos) text.resize(text.rfind(" | "));
  return line(fits() ? name : what).substr(0, width);
}

std::string duration_text(double seconds) {
  const auto whole = static_cast<long long>(std::max(0.0, seconds));
  if (whole >= 3600) return fmt::format("{}h{:02}m", whole / 3600, whole / 60 % 60);
  if (whole >= 60) return fmt::format("{}m{:02}s", whole / 60, whole % 60);
  return fmt::format("{}s", whole);
}

double memory_available() {
  std::ifstream info("/proc/meminfo");
  for (std::string key, unit; info >> key;) {
    double kilobytes = 0;
    if (key == "MemAvailable:" && info >> kilobytes) return kilobytes * 1024;
    std::getline(info, unit);
  }
  return std::numeric_limits<double>::infinity();
}

long long memory_in_use() {
  long long total = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> total >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

// Not getrusage(): what it says begins with the peak of the program that started this one.
long long peak_memory_in_use() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("VmHWM:", 0) == 0) return std::atoll(line.c_str() + 6) * 1024;
  }
  return 0;
}

}  // namespace stip::training
