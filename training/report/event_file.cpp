#include "report/event_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace stip::training {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::uint32_t, 256> crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0x82F63B78u : 0u);
    table[i] = crc;
  }
  return table;
}

template <typename T>
std::string little_endian(T value) {
  std::string bytes(sizeof(T), '\0');
  std::memcpy(bytes.data(), &value, sizeof(T));  // x86 and ARM are; Debian's big-endian ports not
  return bytes;
}

// Protobuf's wire format: a key (field number, wire type) and a value.
std::string varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 128; value >>= 7) bytes += static_cast<char>(value | 128);
  return bytes + static_cast<char>(value);
}
std::string key(int field, int wire_type) {
  return varint(static_cast<std::uint64_t>(field) << 3 | static_cast<std::uint64_t>(wire_type));
}
std::string number_field(int field, std::int64_t value) {
  return key(field, 0) + varint(static_cast<std::uint64_t>(value));
}
std::string double_field(int field, double value) { return key(field, 1) + little_endian(value); }
std::string float_field(int field, float value) { return key(field, 5) + little_endian(value); }
std::string bytes_field(int field, const std::string& bytes) {
  return key(field, 2) + varint(bytes.size()) + bytes;
}

// Field numbers of event.proto and summary.proto.
constexpr int kWallTime = 1, kStep = 2, kFileVersion = 3, kSummary = 5, kSessionLog = 7;
constexpr int kSummaryValue = 1, kTag = 1, kSimpleValue = 2, kImage = 4;
constexpr int kImageHeight = 1, kImageWidth = 2, kColourSpace = 3, kEncodedImage = 4;
constexpr int kRgb = 3;
constexpr int kSessionStatus = 1, kSessionStart = 1;

double now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string record(const std::string& bytes) {
  const std::string length = little_endian(static_cast<std::uint64_t>(bytes.size()));
  return length + little_endian(masked_crc32c(length)) + bytes +
         little_endian(masked_crc32c(bytes));
}

}  // namespace

std::uint32_t masked_crc32c(const std::string& bytes) {
  static constexpr auto kTable = crc_table();
  std::uint32_t crc = ~0u;
  for (const char c : bytes) crc = kTable[(crc ^ static_cast<unsigned char>(c)) & 255] ^ crc >> 8;
  crc = ~crc;
  return (crc >> 15 | crc << 17) + 0xA282EAD8u;
}

EventFile::EventFile(const std::string& folder, std::int64_t done) {
  std::error_code ignored;  // then nothing can be written, and add_ says so
  fs::create_directories(folder, ignored);
  // TensorBoard orders files by name; two processes of one second must not share one.
  path_ = (fs::path(folder) /
           fmt::format("events.out.tfevents.{:010.0f}.stip.{}", std::floor(now()), getpid()))
              .string();
  for (int n = 1; fs::exists(path_, ignored); ++n) {
    path_ = path_.substr(0, path_.find(".v")) + ".v" + std::to_string(n);
  }
  add_event(bytes_field(kFileVersion, "brain.Event:2"));
  add_event(number_field(kStep, done + 1) +
            bytes_field(kSessionLog, number_field(kSessionStatus, kSessionStart)));
}

bool EventFile::add_scalars(std::int64_t step, const std::map<std::string, double>& scalars) {
  std::string summary;
  for (const auto& [tag, value] : scalars) {
    summary += bytes_field(kSummaryValue, bytes_field(kTag, tag) +
                                              float_field(kSimpleValue, static_cast<float>(value)));
  }
  return add_event(number_field(kStep, step) + bytes_field(kSummary, summary));
}

bool EventFile::add_picture(std::int64_t step, const std::string& tag, const std::string& png,
                            int width, int height) {
  const std::string image = number_field(kImageHeight, height) + number_field(kImageWidth, width) +
                            number_field(kColourSpace, kRgb) + bytes_field(kEncodedImage, png);
  return add_event(
      number_field(kStep, step) +
      bytes_field(kSummary,
                  bytes_field(kSummaryValue, bytes_field(kTag, tag) + bytes_field(kImage, image))));
}

bool EventFile::add_event(const std::string& fields) {
  const std::string bytes = record(double_field(kWallTime, now()) + fields);
  {
    std::ofstream file(path_, std::ios::binary | std::ios::app);
    file << bytes;
    file.close();
    if (file) {
      good_bytes_ += bytes.size();
      return true;
    }
  }
  std::error_code ignored;
  fs::resize_file(path_, good_bytes_, ignored);
  return false;
}

}  // namespace stip::training
