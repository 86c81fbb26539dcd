#pragma once

#include <functional>
#include <string>
#include <vector>

#include "data/synthetic_scene.h"

namespace stip::training {

struct SyntheticOptions {
  SceneShape shape;  ///< sides 64 to 2048, 2 to 240 frames
  std::uint64_t seed = 1;
  std::int64_t first = 1;            ///< number of the first scene made, 1 to 9999999
  std::int64_t scenes = 100;         ///< how many
  std::vector<std::string> sources;  ///< videos and picture folders for textures; none: patterns
};

/// Makes TARGET/scene-00001/0.png, 1.png ... and so on; each scene is a function of the seed, its
/// number, the shape and the sources. Scenes that are there are kept; one is there whole or not at
/// all. TARGET/synthetic.json says what they were made with. `step` gets each scene's name before
/// it is made and ends the work by false. Returns how many were made.
/// kInvalidArgument: options outside their ranges, or others than those of the scenes that are
/// there; kWriteFailed; errors of TextureSources and make_scene().
std::int64_t make_synthetic_scenes(const std::string& target, const SyntheticOptions& options,
                                   const std::function<bool(const std::string&)>& step);

}  // namespace stip::training
