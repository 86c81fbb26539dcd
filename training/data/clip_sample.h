#pragma once

#include <cstdint>
#include <memory_resource>
#include <string>
#include <vector>

namespace stip::training {

/// Which frames make a clip, and which part of the picture.
struct ClipShape {
  int total = 10;    ///< frames of a clip, at least 1
  int step = 1;      ///< a clip takes every step-th frame of its source
  int crop = 0;      ///< side of the square cut out, pixels; 0: the whole picture
  int multiple = 1;  ///< with crop 0: width and height are cut (centred) to multiples of this
  /// Steps are so many times as long, in turn: {1, 2} takes frames 0, 1, 3, 4, 6. Empty: all alike.
  std::vector<int> rhythm;

  /// Numbers of the clip's frames, the earliest being `start`.
  std::vector<std::int64_t> frames(std::int64_t start) const;
  std::int64_t span() const { return frames(0).back() + 1; }  ///< source frames
};

/// A clip of a few frames, pixels in memory.
struct ClipSample {
  int frames = 0;                         ///< T
  int height = 0;                         ///< H, pixels
  int width = 0;                          ///< W, pixels
  std::pmr::vector<std::uint8_t> pixels;  ///< [T, H, W, 3], BGR, contiguous
  int source = 0;                         ///< index into the data set's sources
  std::string name;                       ///< of that source
  std::int64_t start = 0;                 ///< number of the clip's earliest frame in the source
  int x = 0;                              ///< left edge of what was cut out, pixels
  int y = 0;                              ///< top edge
  bool flipped_x = false;                 ///< mirrored left to right
  bool flipped_y = false;                 ///< upside down
  bool transposed = false;                ///< and then mirrored about the diagonal
  bool reversed = false;                  ///< frames run backwards: pixels[0] is the latest frame

  /// Frame t, [H, W, 3].
  const std::uint8_t* frame(int t) const {
    return pixels.data() + std::size_t(t) * height * width * 3;
  }
};

/// The same sample with its pixels in `memory`, which must outlive it.
ClipSample kept_in(std::pmr::memory_resource* memory, ClipSample sample);

}  // namespace stip::training
