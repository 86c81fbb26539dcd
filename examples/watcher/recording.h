#pragma once

#include <string>

namespace watcher {

/// Throws Failure where recording to `path` would overwrite something: the video that is watched
/// (at this URI), or another file. Opens nothing.
void check_recording(const std::string& source_uri, const std::string& path);

}  // namespace watcher
