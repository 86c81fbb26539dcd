#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "support/shell.h"
#include "support/temporary_folder.h"

namespace stip::test {

/// A picture of three bytes a pixel, line by line.
struct Pixels {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> rgb;

  int at(int x, int y, int channel = 1) const {
    return rgb[static_cast<std::size_t>((y * width + x) * 3 + channel)];
  }
  /// The columns from `part` / `parts` of the width on, as many as make one part.
  Pixels column(int part, int parts) const;
};

/// All frames of a video that GStreamer decodes, at another size if one is given. A failed test,
/// and none, where it does not decode.
std::vector<Pixels> read_video(const std::string& path, int width = 0, int height = 0);

/// A video (H.264 in Matroska, 10 frames a second) of these pictures.
void write_video(const std::string& path, const std::vector<Pixels>& frames);

/// The sample, forwards and then backwards, 200 frames of 384x288; into the frames [first, end) a
/// box of one colour is pasted, walking to the right: an intruder.
struct Intruder {
  int first = 150, end = 166;
  int x = 60, y = 150, width = 40, height = 56;  ///< in the first of them
};
std::vector<Pixels> square_with(const Intruder& intruder);

/// Mean squared difference where `truth` is not what was `before`: where something moves.
double moving_error(const Pixels& picture, const Pixels& truth, const Pixels& before);
/// Over the whole picture.
double mean_error(const Pixels& a, const Pixels& b);

/// Runs the scripts of the cookbook as a user does, with a file in the place of the screen.
class Cookbook : public testing::Test {
 protected:
  /// `command` begins with the name of a script; `knobs` are NAME=value pairs. Ended after two
  /// minutes at most.
  ShellResult cook(const std::string& knobs, const std::string& command) const;
  /// The same, with what would be on the screen in recorded().
  ShellResult record(const std::string& knobs, const std::string& command) const;
  std::vector<Pixels> recorded() const { return read_video(file("screen.mkv")); }
  std::string file(const std::string& name) const { return folder_.file(name); }

  const std::string square_ = STIP_SOURCE_DIR "/pipelines/media/square.mp4";

  TemporaryFolder folder_;
};

}  // namespace stip::test
