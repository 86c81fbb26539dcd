#include "predict/engine/named_weights.h"

#include <cstring>

#include "io/model_file.h"

namespace stip::engine {
namespace {

float from_bits(std::uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

float from_bfloat16(std::uint16_t half) { return from_bits(std::uint32_t{half} << 16); }

float from_float16(std::uint16_t half) {
  const std::uint32_t sign = std::uint32_t{half} >> 15 << 31;
  const std::uint32_t exponent = half >> 10 & 0x1f, fraction = half & 0x3ff;
  if (exponent == 0) {  // zero or subnormal: units of 2^-24
    const float magnitude = static_cast<float>(fraction) * 0x1p-24f;
    return sign != 0 ? -magnitude : magnitude;
  }
  const std::uint32_t wide = exponent == 0x1f ? 0xff : exponent + (127 - 15);
  return from_bits(sign | wide << 23 | fraction << 13);
}

std::vector<float> read_floats(SafetensorsReader& file, const std::string& name) {
  const TensorEntry& entry = file.tensors().at(name);
  const std::size_t bytes = entry.end - entry.begin;
  if (entry.dtype == "F32") {
    std::vector<float> values(bytes / sizeof(float));
    file.read(name, values.data());
    return values;
  }
  std::vector<std::uint16_t> halves(bytes / sizeof(std::uint16_t));
  file.read(name, halves.data());
  std::vector<float> values(halves.size());
  for (std::size_t i = 0; i < halves.size(); ++i) {
    values[i] = entry.dtype == "F16" ? from_float16(halves[i]) : from_bfloat16(halves[i]);
  }
  return values;
}

}  // namespace

NamedWeights weights_of(SafetensorsReader& file) {
  return [&file](const std::string& name) { return read_floats(file, kGeneratorPrefix + name); };
}

}  // namespace stip::engine
