#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace stip {

/// CRC-32 (zlib's) of a safetensors file's data part, so that a damaged byte is found.
class DataChecksum {
 public:
  void add(const void* data, std::size_t size);
  /// As it stands in the metadata under kChecksumKey: "crc32 1a2b3c4d".
  std::string text() const;

 private:
  std::uint32_t sum_ = 0;
};

constexpr const char* kChecksumKey = "stip.checksum";

}  // namespace stip
