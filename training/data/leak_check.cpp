#include "data/leak_check.h"

#include <filesystem>
#include <map>
#include <unordered_map>
#include <utility>

#include "data/single_colour.h"
#include "stip/error.h"

namespace stip::training {
namespace {

// A frame of one of the sources.
struct Found {
  FrameSource* source = nullptr;
  std::int64_t index = 0;
  FramePlace place() const { return source->place(index); }
};

// What the ways of writing a path have in common.
std::string one_name(const std::string& path) {
  std::error_code failed;
  const auto canonical = std::filesystem::weakly_canonical(std::filesystem::absolute(path), failed);
  return failed ? path : canonical.string();
}

// Paths are resolved once a clip, not once a frame.
class Clips {
 public:
  const std::string& of(const FramePlace& place) {
    auto found = names_.find(place.clip);
    if (found == names_.end()) {
      found = names_.emplace(place.clip, one_name(place.clip)).first;
    }
    return found->second;
  }

 private:
  std::map<std::string, std::string> names_;
};

[[noreturn]] void refuse(const FramePlace& validation, const std::string& what) {
  throw Error(ErrorCode::kInvalidArgument,
              "a leak: " + validation.frame + " of '" + validation.clip + "' (data.validation) " +
                  what + "; validate on files or ranges of frames that are not trained on");
}

// Everything that validation sees.
class Validation {
 public:
  explicit Validation(const std::vector<WeightedSource>& sources) {
    for (const WeightedSource& source : sources) add(*source.frames);
  }

  void check(FrameSource& train) {
    const std::vector<std::uint64_t> hashes = train.fingerprints();
    for (std::int64_t i = 0; i < train.count(); ++i) {
      const FramePlace place = train.place(i);
      const auto same = places_.find({clips_.of(place), place.frame});
      if (same != places_.end()) refuse(same->second.place(), "is in data.train too");
      check_picture({&train, i}, hashes[static_cast<std::size_t>(i)]);
    }
  }

 private:
  void add(FrameSource& source) {
    const std::vector<std::uint64_t> hashes = source.fingerprints();
    for (std::int64_t i = 0; i < source.count(); ++i) {
      const Found found{&source, i};
      const FramePlace place = found.place();
      places_.emplace(std::make_pair(clips_.of(place), place.frame), found);
      // A frozen run needs one entry.
      const auto at = static_cast<std::size_t>(i);
      if (i == 0 || hashes[at] != hashes[at - 1]) pictures_.emplace(hashes[at], found);
    }
  }

  void check_picture(const Found& train, std::uint64_t hash) {
    const auto [first, last] = pictures_.equal_range(hash);
    for (auto equal = first; equal != last; ++equal) {
      const FramePlace place = train.place(), other = equal->second.place();
      if (clips_.of(other) == clips_.of(place) || harmless(train, hash)) continue;
      refuse(other,
             "is the same picture as " + place.frame + " of '" + place.clip + "' (data.train)");
    }
  }

  // Decodes each such picture once, however often it occurs.
  bool harmless(const Found& found, std::uint64_t hash) {
    auto known = harmless_.find(hash);
    if (known == harmless_.end()) {
      const Image picture = found.source->read({found.index}).front();
      known = harmless_.emplace(hash, single_colour(picture)).first;
    }
    return known->second;
  }

  Clips clips_;
  std::map<std::pair<std::string, std::string>, Found> places_;
  std::unordered_multimap<std::uint64_t, Found> pictures_;  // by fingerprint
  std::map<std::uint64_t, bool> harmless_;
};

}  // namespace

void check_for_leaks(const std::vector<WeightedSource>& train,
                     const std::vector<WeightedSource>& validation) {
  Validation seen(validation);
  for (const WeightedSource& source : train) seen.check(*source.frames);
}

}  // namespace stip::training
