#include "bench/random_weights.h"

#include <cmath>
#include <map>
#include <random>

#include "model/parameter_table.h"

namespace stip {
namespace {

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

// The same on every machine, unlike std::hash.
std::uint64_t hash_of(const std::string& text, std::uint64_t seed) {
  std::uint64_t hash = 0xcbf29ce484222325u ^ seed;
  for (const unsigned char c : text) hash = (hash ^ c) * 0x100000001b3u;
  return hash;
}

std::vector<float> spread(const ParameterEntry& entry, std::uint64_t seed) {
  std::int64_t inputs = 1;
  for (std::size_t i = 1; i < entry.shape.size(); ++i) inputs *= entry.shape[i];
  const float most = 1 / std::sqrt(static_cast<float>(inputs));
  std::mt19937_64 random(hash_of(entry.name, seed));
  std::vector<float> values(static_cast<std::size_t>(entry.count()));
  for (float& value : values) {
    value = most * (static_cast<float>(random() >> 40) * 0x1p-23f - 1);  // 24 random bits
  }
  return values;
}

}  // namespace

engine::NamedWeights random_weights(const ModelConfig& config, std::uint64_t seed) {
  std::map<std::string, ParameterEntry> entries;
  for (ParameterEntry& entry : parameter_table(config)) entries[entry.name] = std::move(entry);
  return [entries = std::move(entries), seed](const std::string& name) {
    const ParameterEntry& entry = entries.at(name);
    const auto count = static_cast<std::size_t>(entry.count());
    if (ends_with(name, ".1.weight") && name.rfind("cell_list", 0) == 0) {
      return std::vector<float>(count, 1.0f);  // a norm's
    }
    if (ends_with(name, ".bias")) return std::vector<float>(count, 0.0f);
    return spread(entry, seed);
  };
}

}  // namespace stip
