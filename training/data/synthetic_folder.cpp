#include "data/synthetic_folder.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/atomic_file.h"
#include "media/png_file.h"
#include "media/temporary_path.h"
#include "stip/error.h"

namespace stip::training {
namespace {

namespace fs = std::filesystem;
using Facts = nlohmann::ordered_json;

void check_range(const char* what, std::int64_t value, std::int64_t least, std::int64_t most) {
  if (value >= least && value <= most) return;
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("{} is {}, it must be {} to {}", what, value, least, most));
}

void check_options(const SyntheticOptions& options) {
  check_range("the width of the scenes", options.shape.width, 64, 2048);
  check_range("the height of the scenes", options.shape.height, 64, 2048);
  check_range("the number of frames", options.shape.frames, 2, 240);
  check_range("the number of the first scene", options.first, 1, 9999999);
  check_range("the number of scenes", options.scenes, 1, 9999999);
}

std::string facts_of(const SyntheticOptions& options) {
  Facts facts;
  facts["made_by"] = "stip-train prepare synthetic";
  facts["seed"] = options.seed;
  facts["width"] = options.shape.width;
  facts["height"] = options.shape.height;
  facts["frames"] = options.shape.frames;
  if (!options.shape.coded) facts["coded"] = false;
  facts["sources"] = Facts::array();
  for (const std::string& source : options.sources) {
    std::error_code failed;  // wherever the program is started
    facts["sources"].push_back(fs::weakly_canonical(fs::absolute(source), failed).string());
  }
  return facts.dump(2) + "\n";
}

// Scenes of two kinds in one folder could not be told apart later.
void claim(const fs::path& target, const SyntheticOptions& options) {
  std::error_code code;
  fs::create_directories(target, code);
  if (!fs::is_directory(target, code)) {
    throw Error(ErrorCode::kWriteFailed, "the folder '" + target.string() +
                                             "' cannot be made: check its path and permissions");
  }
  const fs::path file = target / "synthetic.json";
  const std::string facts = facts_of(options);
  if (std::ifstream stream(file, std::ios::binary); stream) {
    const std::string before{std::istreambuf_iterator<char>(stream), {}};
    if (before == facts) return;
    throw Error(ErrorCode::kInvalidArgument,
                "the scenes in '" + target.string() +
                    "' were made with another seed, size, number of frames or other sources (see "
                    "its synthetic.json): give the same ones or another folder");
  }
  write_file_atomically(file.string(), facts);
}

// Compressed for speed: noise does not get smaller anyway.
void write_pictures(const std::vector<Image>& frames, const std::string& folder) {
  for (std::size_t t = 0; t < frames.size(); ++t) {
    write_png_file(folder + "/" + std::to_string(t) + ".png", frames[t].view(), 1);
  }
}

}  // namespace

std::int64_t make_synthetic_scenes(const std::string& target, const SyntheticOptions& options,
                                   const std::function<bool(const std::string&)>& step) {
  check_options(options);
  std::optional<TextureSources> sources;
  std::int64_t made = 0;
  for (std::int64_t i = options.first; i < options.first + options.scenes; ++i) {
    const std::string name = fmt::format("scene-{:05}", i);
    const std::string folder = (fs::path(target) / name).string();
    if (!step(name)) break;
    if (!sources) {  // bad ones must not leave a folder behind
      sources.emplace(options.sources, options.seed);
      claim(target, options);
    }
    if (fs::exists(folder)) continue;
    TemporaryPath temporary(folder, true);
    write_pictures(
        make_scene(options.shape, options.seed, i, *sources, temporary.path() + "/coded"),
        temporary.path());
    temporary.commit();
    ++made;
  }
  return made;
}

}  // namespace stip::training
