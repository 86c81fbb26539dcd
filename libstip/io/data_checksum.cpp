#include "io/data_checksum.h"

#include <zlib.h>

#include <cstdio>

namespace stip {

void DataChecksum::add(const void* data, std::size_t size) {
  sum_ = static_cast<std::uint32_t>(crc32_z(sum_, static_cast<const unsigned char*>(data), size));
}

std::string DataChecksum::text() const {
  char text[24];
  std::snprintf(text, sizeof text, "crc32 %08x", static_cast<unsigned>(sum_));
  return text;
}

}  // namespace stip
