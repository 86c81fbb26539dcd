#pragma once

#include <string>
#include <vector>

#include "data/random_stream.h"
#include "data/synthetic_texture.h"
#include "media/image.h"

namespace stip::training {

/// Frames of videos and picture folders, from which textures are cut. They are chosen by the seed
/// and the sources alone, read once and kept: 96 frames at most, of 1280 pixels a side at most, so
/// memory and start do not grow with the number of scenes.
class TextureSources {
 public:
  /// None: textures are patterns.
  TextureSources() = default;
  /// Errors: those of expand_paths() and open_source(); kWrongKind if every frame is of one colour.
  TextureSources(const std::vector<std::string>& paths, std::uint64_t seed);

  bool empty() const { return frames_.empty(); }
  std::size_t count() const { return frames_.size(); }

  /// A part of a random frame at a random scale (a texel is 0.5 to 2 of its pixels), turned at
  /// random; what lies beyond the frame is mirrored. Not empty(). Not yet a spline.
  Texture cut(RandomStream& random, int width, int height) const;

 private:
  std::vector<Image> frames_;
};

/// Half and half a pattern and a part of a source's frame; a pattern if there are no sources.
Texture random_texture(RandomStream& random, const TextureSources& sources, int width, int height);

}  // namespace stip::training
