#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace stip::training {

/// TensorBoard's event file: TFRecords (length, masked CRC-32C of it, bytes, masked CRC-32C of
/// them) of Event messages in protobuf's wire format. A record that cannot be written whole (a full
/// disk) is taken back, so that the file stays readable and later records may succeed.
class EventFile {
 public:
  /// Opens a new file in `folder`, made if needed. TensorBoard reads all files of a folder as one
  /// run; what earlier ones hold of steps after `done` is dropped there, as it is done again. A
  /// step is the number of iterations done.
  EventFile(const std::string& folder, std::int64_t done);

  /// False: not written.
  bool add_scalars(std::int64_t step, const std::map<std::string, double>& scalars);
  bool add_picture(std::int64_t step, const std::string& tag, const std::string& png, int width,
                   int height);

  const std::string& path() const { return path_; }

 private:
  bool add_event(const std::string& fields);

  std::string path_;
  std::uintmax_t good_bytes_ = 0;
};

/// The checksum of TFRecords, masked as they want it.
std::uint32_t masked_crc32c(const std::string& bytes);

}  // namespace stip::training
