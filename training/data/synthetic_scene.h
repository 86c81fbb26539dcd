#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/synthetic_sources.h"
#include "media/image.h"

namespace stip::training {

struct SceneShape {
  int width = 256;   ///< pixels
  int height = 256;  ///< pixels
  int frames = 12;
  bool coded = true;  ///< half of the scenes: by an encoder, which GStreamer is needed for
};

enum class SceneKind {
  kMoving,     ///< 1 to 6 movers, a camera that moves in most
  kOnlyNoise,  ///< nothing moves
  kFrozen,     ///< all frames are equal, bit for bit
  kOneMover    ///< one small mover on a still background
};

/// Three quarters move. A function of the two numbers.
SceneKind scene_kind(std::uint64_t seed, std::int64_t number);

/// The frames of scene `number`, a function of its arguments. `file`: where frames are coded to, a
/// path without its extension. Errors: those of recode().
std::vector<Image> make_scene(const SceneShape& shape, std::uint64_t seed, std::int64_t number,
                              const TextureSources& sources, const std::string& file);

}  // namespace stip::training
