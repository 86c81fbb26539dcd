#pragma once

#include <chrono>
#include <string>

namespace stip::training {

/// One line that says how far a long job is: rewritten in place on a terminal, a plain line every
/// half minute otherwise. Goes to standard error.
class Progress {
 public:
  explicit Progress(std::string what);
  ~Progress();

  /// `text` is what to say beside the bar, in parts between " | ", the most important one first.
  /// all = 0: not known, and no bar.
  void show(long long done, long long all, const std::string& text);

  /// Ends the line, so that something else can be printed.
  void pause();

 private:
  std::string what_;
  bool terminal_;
  bool line_open_ = false;
  std::chrono::steady_clock::time_point last_{};
};

/// The line of a terminal `width` characters wide: what does not fit goes by parts, the last one of
/// `text` first, the bar before the first one.
std::string progress_line(const std::string& what, long long done, long long all, std::string text,
                          std::size_t width);

/// 95 -> "1m35s".
std::string duration_text(double seconds);

/// Resident memory of this process, bytes.
long long memory_in_use();
/// The most there has been, bytes.
long long peak_memory_in_use();

/// Memory of the machine that programs could still have, bytes; infinite where it is not told.
double memory_available();

}  // namespace stip::training
