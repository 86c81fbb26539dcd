#include "io/safetensors.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "io/data_checksum.h"
#include "stip/error.h"

namespace stip {
namespace {

using Json = nlohmann::json;

// The header lists names and shapes; real ones are kilobytes. A larger one is damage or an attack.
constexpr std::uint64_t kMaxHeader = 16u << 20;

[[noreturn]] void corrupt(const std::string& path, const std::string& what) {
  throw Error(ErrorCode::kCorrupt, "the model file " + path + " is damaged or cut short: " + what +
                                       "; copy or download it again");
}

[[noreturn]] void not_safetensors(const std::string& path) {
  throw Error(ErrorCode::kWrongKind,
              "the file " + path + " is not a safetensors model file; give one made by stip-train");
}

std::uint64_t size_of_regular_file(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) {
    const ErrorCode code =
        errno == ENOENT || errno == ENOTDIR ? ErrorCode::kNotFound : ErrorCode::kUnreadable;
    throw Error(code, "the model file " + path + " cannot be opened: " + std::strerror(errno));
  }
  if (!S_ISREG(info.st_mode)) {
    throw Error(ErrorCode::kUnreadable, path + " is not a file; give the path of a model file");
  }
  return static_cast<std::uint64_t>(info.st_size);
}

// Values times their size, or nothing when a dimension is negative or the product overflows.
bool byte_count(const TensorEntry& entry, std::uint64_t* bytes) {
  std::uint64_t count = dtype_size(entry.dtype);
  for (const std::int64_t dimension : entry.shape) {
    if (dimension < 0 ||
        __builtin_mul_overflow(count, static_cast<std::uint64_t>(dimension), &count)) {
      return false;
    }
  }
  *bytes = count;
  return true;
}

TensorEntry parse_entry(const Json& value) {
  TensorEntry entry;
  entry.dtype = value.at("dtype").get<std::string>();
  for (const Json& dimension : value.at("shape")) {
    if (!dimension.is_number_unsigned()) throw std::invalid_argument("shape needs whole numbers");
    entry.shape.push_back(dimension.get<std::int64_t>());
  }
  const Json& offsets = value.at("data_offsets");
  if (offsets.size() != 2 || !offsets.at(0).is_number_unsigned() ||
      !offsets.at(1).is_number_unsigned()) {
    throw std::invalid_argument("data_offsets needs two whole numbers");
  }
  entry.begin = offsets.at(0).get<std::uint64_t>();
  entry.end = offsets.at(1).get<std::uint64_t>();
  return entry;
}

}  // namespace

std::size_t dtype_size(const std::string& dtype) {
  static const std::map<std::string, std::size_t> sizes = {
      {"F64", 8},  {"I64", 8}, {"U64", 8}, {"F32", 4}, {"I32", 4}, {"U32", 4}, {"F16", 2},
      {"BF16", 2}, {"I16", 2}, {"U16", 2}, {"I8", 1},  {"U8", 1},  {"BOOL", 1}};
  const auto found = sizes.find(dtype);
  return found == sizes.end() ? 0 : found->second;
}

SafetensorsReader::SafetensorsReader(const std::string& path) : path_(path) {
  const std::uint64_t size = size_of_regular_file(path);
  file_.open(path, std::ios::binary);
  if (!file_) {
    throw Error(ErrorCode::kUnreadable,
                "the model file " + path + " cannot be read: " + std::strerror(errno));
  }
  if (size == 0) corrupt(path, "it is empty");
  data_size_ = size;
  read_header();
  check_layout();
}

void SafetensorsReader::read_header() {
  unsigned char raw[8] = {};
  if (!file_.read(reinterpret_cast<char*>(raw), 8)) not_safetensors(path_);
  std::uint64_t length = 0;
  for (int i = 7; i >= 0; --i) length = length << 8 | raw[i];
  // Whatever file it is, its first bytes read as a length: only a small one before a brace is ours.
  if (length > kMaxHeader || file_.peek() != '{') not_safetensors(path_);
  if (length > data_size_ - 8) corrupt(path_, "its header ends beyond the file");
  std::string text(static_cast<std::size_t>(length), '\0');
  if (!file_.read(text.data(), static_cast<std::streamsize>(length)))
    corrupt(path_, "its header cannot be read");
  data_start_ = 8 + length;
  data_size_ -= data_start_;
  parse_header(text);
}

void SafetensorsReader::parse_header(const std::string& text) {
  try {
    // Neither parsing nor freeing recurses. (With a callback, parsing is quadratic in the keys.)
    const Json header = Json::parse(text);
    for (const auto& [name, value] : header.items()) {
      if (name == "__metadata__") {
        metadata_ = value.get<std::map<std::string, std::string>>();
      } else {
        tensors_[name] = parse_entry(value);
      }
    }
  } catch (const std::exception& error) {
    throw Error(ErrorCode::kCorrupt,
                "the model file " + path_ +
                    " is damaged: its header cannot be understood; copy or download it again",
                error.what());
  }
}

void SafetensorsReader::check_layout() const {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;
  for (const auto& [name, entry] : tensors_) {
    std::uint64_t bytes = 0;
    if (dtype_size(entry.dtype) == 0 || !byte_count(entry, &bytes)) {
      corrupt(path_, "tensor " + name + " has an unknown type or an impossible shape");
    }
    if (entry.begin > entry.end || entry.end > data_size_) {
      corrupt(path_, "tensor " + name + " ends beyond the file");
    }
    if (entry.end - entry.begin != bytes) {
      corrupt(path_, "the size of tensor " + name + " does not fit its shape");
    }
    ranges.emplace_back(entry.begin, entry.end);
  }
  std::sort(ranges.begin(), ranges.end());
  std::uint64_t covered = 0;
  for (const auto& [begin, end] : ranges) {
    if (begin != covered) corrupt(path_, "its tensors overlap or leave holes");
    covered = end;
  }
  if (covered != data_size_) corrupt(path_, "it has bytes that belong to no tensor");
}

void SafetensorsReader::read(const std::string& name, void* out) {
  const TensorEntry& entry = tensors_.at(name);
  read_part(name, 0, entry.end - entry.begin, out);
}

void SafetensorsReader::read_part(const std::string& name, std::uint64_t offset, std::uint64_t size,
                                  void* out) {
  file_.clear();
  file_.seekg(static_cast<std::streamoff>(data_start_ + tensors_.at(name).begin + offset));
  if (!file_.read(static_cast<char*>(out), static_cast<std::streamsize>(size))) {
    corrupt(path_, "tensor " + name + " cannot be read");
  }
}

void SafetensorsReader::check_data() {
  const auto expected = metadata_.find(kChecksumKey);
  if (expected == metadata_.end()) return;
  DataChecksum checksum;
  std::vector<char> part(std::size_t{1} << 20);
  file_.clear();
  file_.seekg(static_cast<std::streamoff>(data_start_));
  for (std::uint64_t left = data_size_; left > 0;) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left, part.size()));
    if (!file_.read(part.data(), static_cast<std::streamsize>(size))) {
      corrupt(path_, "its data cannot be read");
    }
    checksum.add(part.data(), size);
    left -= size;
  }
  if (checksum.text() != expected->second) {
    corrupt(path_, "its data are not those that stip.checksum in its metadata was made of");
  }
}

namespace {

// Eight bytes of length, then the header; the data follows.
std::string header_of(const std::vector<TensorHead>& tensors,
                      const std::map<std::string, std::string>& metadata) {
  nlohmann::ordered_json header;  // tensors in the order given
  if (!metadata.empty()) header["__metadata__"] = metadata;
  std::uint64_t offset = 0;
  for (const TensorHead& tensor : tensors) {
    std::uint64_t bytes = 0;
    if (!byte_count({tensor.dtype, tensor.shape, 0, 0}, &bytes)) {
      throw Error(ErrorCode::kInvalidArgument,
                  "tensor " + tensor.name + " is too large to be written");
    }
    header[tensor.name] = {{"dtype", tensor.dtype},
                           {"shape", tensor.shape},
                           {"data_offsets", {offset, offset + bytes}}};
    offset += bytes;
  }
  std::string text =
      header.empty() ? "{}" : header.dump(-1, ' ', false, Json::error_handler_t::replace);
  text.resize((text.size() + 7) / 8 * 8, ' ');  // the format's own advice: data starts aligned
  std::string length;
  for (int i = 0; i < 8; ++i) length += static_cast<char>(text.size() >> (8 * i));
  return length + text;
}

}  // namespace

SafetensorsWriter::SafetensorsWriter(const std::string& path,
                                     const std::vector<TensorHead>& tensors,
                                     const std::map<std::string, std::string>& metadata)
    : file_(path) {
  const std::string header = header_of(tensors, metadata);
  file_.write(header.data(), header.size());
}

void write_safetensors(const std::string& path, const std::vector<TensorToWrite>& tensors,
                       std::map<std::string, std::string> metadata) {
  std::vector<TensorHead> heads;
  DataChecksum checksum;
  const auto bytes_of = [](const TensorToWrite& tensor) {
    std::uint64_t bytes = 0;
    byte_count({tensor.dtype, tensor.shape, 0, 0}, &bytes);
    return static_cast<std::size_t>(bytes);
  };
  for (const TensorToWrite& tensor : tensors) {
    heads.push_back({tensor.name, tensor.dtype, tensor.shape});
    checksum.add(tensor.data, bytes_of(tensor));
  }
  metadata[kChecksumKey] = checksum.text();
  SafetensorsWriter writer(path, heads, metadata);
  for (const TensorToWrite& tensor : tensors) writer.append(tensor.data, bytes_of(tensor));
  writer.commit();
}

}  // namespace stip
