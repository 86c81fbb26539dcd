#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace stip::training {

/// What reading a clip once has shown.
struct ClipReport {
  std::string name;
  std::string problem;      ///< why it cannot be read; empty: it can, and the rest holds
  double told_seconds = 0;  ///< how long the file says it is, of one that was cut short; else 0
  double seconds = 0;       ///< and how long it is
  std::int64_t frames = 0;
  int width = 0;
  int height = 0;
  std::int64_t frozen = 0;  ///< frames equal to the one before
  /// Frames, frozen ones and those of a single colour not counted, that an earlier clip has too.
  std::int64_t copies = 0;
  std::string copied_from;  ///< the clip with the first of them
};

/// Decodes every frame of all clips that the paths stand for (files, folders, list files), each on
/// its own: one that cannot be read is reported and does not end the check. Throws only for a path
/// that does not exist or holds nothing. `progress` is called with each clip's name before it.
std::vector<ClipReport> check_data(const std::vector<std::string>& paths,
                                   const std::function<void(const std::string&)>& progress);

}  // namespace stip::training
