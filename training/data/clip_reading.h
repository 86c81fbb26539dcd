#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/clip_sample.h"
#include "data/source_spec.h"

namespace stip::training {

/// Part of a picture, pixels.
struct Window {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
};

/// kInvalidArgument for a number outside its range.
void check_shape(const ClipShape& shape);

/// Number of starts that leave room for a whole clip; 0 if the source is too short.
std::int64_t count_starts(const FrameSource& source, const ClipShape& shape);

/// Names of the sources with no room for a clip. kInvalidArgument if that is all of them (or none
/// are given): names the longest, its frames and what is needed.
std::vector<std::string> find_too_short(const std::vector<WeightedSource>& sources,
                                        const ClipShape& shape);

/// What is cut out in the middle. kInvalidArgument, naming the source, if it is smaller than that.
Window centre_window(const FrameSource& source, const ClipShape& shape);

/// The frames of the clip that starts at `start`, earliest first, whole pictures.
std::vector<Image> read_frames(FrameSource& source, const ClipShape& shape, std::int64_t start);

/// The window of every frame. Sets sizes, place and pixels.
ClipSample cut(const std::vector<Image>& frames, const Window& window);

}  // namespace stip::training
