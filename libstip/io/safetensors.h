#pragma once

#include <cstdint>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "base/atomic_file.h"

namespace stip {

/// One tensor of a safetensors file, as its header describes it.
struct TensorEntry {
  std::string dtype;                ///< F32, F16, U8 ...
  std::vector<std::int64_t> shape;  ///< empty: a scalar
  std::uint64_t begin = 0;          ///< bytes, from the start of the data part
  std::uint64_t end = 0;
};

/// Bytes of one value of a safetensors dtype, 0 for one we do not know.
std::size_t dtype_size(const std::string& dtype);

/// Reads safetensors files: eight bytes of header length, a JSON header, raw little-endian data.
/// Files come from anywhere, so every length, offset and shape is checked before it is used;
/// reading never executes anything, and never maps the file (a file cut short meanwhile is an
/// error, not a signal). One thread at a time.
class SafetensorsReader {
 public:
  /// Opens and checks the header. Throws kNotFound, kUnreadable, kCorrupt (empty, truncated, broken
  /// header), kWrongKind (no safetensors file).
  explicit SafetensorsReader(const std::string& path);

  const std::string& path() const { return path_; }
  const std::map<std::string, TensorEntry>& tensors() const { return tensors_; }
  const std::map<std::string, std::string>& metadata() const { return metadata_; }

  /// Reads a tensor's bytes into `out`, which has room for entry.end - entry.begin of them.
  void read(const std::string& name, void* out);
  /// Reads `size` of them from `offset` on; all must be the tensor's.
  void read_part(const std::string& name, std::uint64_t offset, std::uint64_t size, void* out);

  /// Reads all data and throws kCorrupt where they are not what was written (write_safetensors()).
  /// Files of other writers, and older ones of ours, say nothing of it and pass.
  void check_data();

 private:
  void read_header();
  void parse_header(const std::string& text);
  void check_layout() const;

  std::string path_;
  std::ifstream file_;
  std::uint64_t data_start_ = 0;
  std::uint64_t data_size_ = 0;
  std::map<std::string, TensorEntry> tensors_;
  std::map<std::string, std::string> metadata_;
};

/// A tensor to be written.
struct TensorHead {
  std::string name;
  std::string dtype;
  std::vector<std::int64_t> shape;
};

/// Writes a file that appears whole or not at all (AtomicFile), as its data comes. All of its
/// functions throw kWriteFailed (the old file, if any, is untouched) with the system's reason.
class SafetensorsWriter {
 public:
  /// kInvalidArgument for a tensor that is too large.
  SafetensorsWriter(const std::string& path, const std::vector<TensorHead>& tensors,
                    const std::map<std::string, std::string>& metadata);
  /// The tensors' bytes, in the order given, however cut into pieces.
  void append(const void* data, std::size_t size) { file_.write(data, size); }
  void commit() { file_.commit(); }

 private:
  AtomicFile file_;
};

/// A tensor and its data, which is borrowed until write_safetensors() returns.
struct TensorToWrite {
  std::string name;
  std::string dtype;
  std::vector<std::int64_t> shape;
  const void* data = nullptr;
};

/// The data's checksum is added to the metadata; one that is there already is replaced.
void write_safetensors(const std::string& path, const std::vector<TensorToWrite>& tensors,
                       std::map<std::string, std::string> metadata);

}  // namespace stip
