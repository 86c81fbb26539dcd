#include "report/event_file.h"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <vector>

#include "support/temporary_folder.h"

namespace stip::training {
namespace {

using test::read_bytes;
using test::TemporaryFolder;

template <typename T>
T number_at(const std::string& bytes, std::size_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof(T));
  return value;
}

// The TFRecords of a file; every length and checksum is checked.
std::vector<std::string> records_of(const std::string& path) {
  const std::string file = read_bytes(path);
  std::vector<std::string> records;
  for (std::size_t at = 0; at < file.size();) {
    const auto length = number_at<std::uint64_t>(file, at);
    EXPECT_EQ(number_at<std::uint32_t>(file, at + 8), masked_crc32c(file.substr(at, 8)));
    const std::string bytes = file.substr(at + 12, length);
    EXPECT_EQ(number_at<std::uint32_t>(file, at + 12 + length), masked_crc32c(bytes));
    records.push_back(bytes);
    at += 16 + length;
  }
  return records;
}

TEST(EventFile, HasTheChecksumOfTfRecords) {
  // RFC 3720: CRC-32C of "123456789" is E3069283; masked: rotated right by 15, plus A282EAD8.
  const std::uint32_t crc = 0xE3069283u;
  EXPECT_EQ(masked_crc32c("123456789"), (crc >> 15 | crc << 17) + 0xA282EAD8u);
  EXPECT_EQ(masked_crc32c(""), 0xA282EAD8u);
}

TEST(EventFile, HoldsScalarsAndPicturesAsProtobuf) {
  const TemporaryFolder folder;
  EventFile events(folder.file("tb"), 300);
  EXPECT_TRUE(events.add_scalars(301, {{"rate", 0.5}}));
  EXPECT_TRUE(events.add_picture(302, "strip/1", "PNG", 40, 30));
  const auto records = records_of(events.path());
  ASSERT_EQ(records.size(), 4u);
  // Each begins with the wall time (field 1, 64 bits).
  for (const std::string& record : records) {
    EXPECT_EQ(record[0], '\x09');
    EXPECT_GT(number_at<double>(record, 1), 1.6e9);
  }
  EXPECT_EQ(records[0].substr(9),
            "\x1a\x0d"
            "brain.Event:2");
  EXPECT_EQ(records[1].substr(9),
            "\x10\xad\x02"
            "\x3a\x02\x08\x01");  // step 301, session start
  EXPECT_EQ(records[2].substr(9), std::string("\x10\xad\x02"
                                              "\x2a\x0d"
                                              "\x0a\x0b"
                                              "\x0a\x04rate"
                                              "\x15\0\0\0\x3f",
                                              3 + 2 + 2 + 6 + 5));
  EXPECT_EQ(records[3].substr(9),
            "\x10\xae\x02"
            "\x2a\x18"
            "\x0a\x16"
            "\x0a\x07strip/1"
            "\x22\x0b"
            "\x08\x1e"
            "\x10\x28"
            "\x18\x03"
            "\x22\x03PNG");
}

TEST(EventFile, IsANewFileForEveryProcessAndStart) {
  const TemporaryFolder folder;
  const EventFile a(folder.file("tb"), 0), b(folder.file("tb"), 0), c(folder.file("tb"), 0);
  EXPECT_NE(a.path(), b.path());
  EXPECT_NE(b.path(), c.path());
  EXPECT_NE(a.path(), c.path());
}

TEST(EventFile, SaysWhenItCannotBeWritten) {
  EventFile events("/proc/nowhere", 0);
  EXPECT_FALSE(events.add_scalars(1, {{"rate", 0.5}}));
}

}  // namespace
}  // namespace stip::training
