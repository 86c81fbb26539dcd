#include "data/frame_archive.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <map>

#include "data/frame_numbers.h"
#include "data/frame_range.h"
#include "media/scaled_picture.h"
#include "stip/error.h"

namespace stip::training {
namespace {

namespace fs = std::filesystem;

constexpr char kFormat[] = "stip.frames";
constexpr char kFrames[] = "frames";
constexpr char kFingerprints[] = "fingerprints";
constexpr int kFingerprintBytes = 8;
constexpr std::int64_t kReadAtOnce = 16;  // frames

SafetensorsReader open_archive(const std::string& path) {
  try {
    return SafetensorsReader(path);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::kNotFound) {
      throw Error(ErrorCode::kNotFound, "'" + path + "' does not exist: check the path");
    }
    throw Error(error.code(),
                "'" + path +
                    "' cannot be read as an archive of frames: copy it anew, or make it "
                    "again with stip-train prepare archive",
                error.what());
  }
}

bool has_shape(const SafetensorsReader& reader, const char* name, std::size_t dimensions) {
  const auto entry = reader.tensors().find(name);
  if (entry == reader.tensors().end() || entry->second.dtype != "U8") return false;
  const std::vector<std::int64_t>& shape = entry->second.shape;
  if (shape.size() != dimensions) return false;
  for (const std::int64_t size : shape) {
    if (size < 1 || size > INT32_MAX) return false;
  }
  return true;
}

void check_archive(const SafetensorsReader& reader) {
  if (reader.metadata().count(kFormat) > 0 && has_shape(reader, kFrames, 4) &&
      has_shape(reader, kFingerprints, 2)) {
    const auto& frames = reader.tensors().at(kFrames).shape;
    const auto& fingerprints = reader.tensors().at(kFingerprints).shape;
    if (frames[3] == 3 && fingerprints[0] == frames[0] && fingerprints[1] == kFingerprintBytes) {
      return;
    }
  }
  throw Error(ErrorCode::kWrongKind,
              "'" + reader.path() +
                  "' is a safetensors file, but no archive of frames; give one made by stip-train "
                  "prepare archive");
}

// What cannot be understood is the rate that nothing says.
FrameRate rate_of(const SafetensorsReader& reader) {
  const auto text = reader.metadata().find("rate");
  FrameRate rate;
  if (text == reader.metadata().end() ||
      std::sscanf(text->second.c_str(), "%d/%d", &rate.numerator, &rate.denominator) != 2 ||
      rate.numerator < 1 || rate.denominator < 1) {
    return {};
  }
  return rate;
}

std::string archive_of(const std::string& clip, const std::string& folder) {
  fs::path name = fs::path(clip).lexically_normal();
  if (!name.has_filename()) name = name.parent_path();  // a folder with a slash at its end
  std::error_code code;
  const bool is_folder = fs::is_directory(name, code);
  const fs::path stem = is_folder ? name.filename() : name.stem();
  return (fs::path(folder) / stem).string() + ".frames";
}

// Two clips of one name would be one archive.
std::map<std::string, std::string> archives_of(const std::vector<std::string>& clips,
                                               const std::string& folder) {
  std::map<std::string, std::string> clip_of;
  for (const std::string& clip : clips) {
    const auto [place, fresh] = clip_of.emplace(archive_of(clip, folder), clip);
    if (fresh) continue;
    throw Error(ErrorCode::kInvalidArgument, "'" + place->second + "' and '" + clip +
                                                 "' would both become '" + place->first +
                                                 "': rename one, or give another folder for it");
  }
  return clip_of;
}

void write_archive(FrameSource& source, const ArchiveOptions& options, const std::string& path) {
  const int width = options.width > 0 ? options.width : source.width();
  const int height = options.height > 0 ? options.height : source.height();
  const FrameRate rate = source.frame_rate();
  SafetensorsWriter writer(path,
                           {{kFrames, "U8", {source.count(), height, width, 3}},
                            {kFingerprints, "U8", {source.count(), kFingerprintBytes}}},
                           {{kFormat, "1"},
                            {"rate", fmt::format("{}/{}", rate.numerator, rate.denominator)},
                            {"source", fs::path(source.name()).filename().string()}});
  for (std::int64_t i = 0; i < source.count(); i += kReadAtOnce) {
    std::vector<std::int64_t> indices;
    for (std::int64_t j = i; j < std::min(i + kReadAtOnce, source.count()); ++j) {
      indices.push_back(j);
    }
    for (const Image& frame : source.read(indices)) {
      const Image picture = scaled(frame, width, height);
      writer.append(picture.pixels.data(), picture.pixels.size());
    }
  }
  for (const std::uint64_t hash : source.fingerprints()) {
    std::uint8_t bytes[kFingerprintBytes];
    for (int i = 0; i < kFingerprintBytes; ++i) bytes[i] = static_cast<std::uint8_t>(hash >> 8 * i);
    writer.append(bytes, kFingerprintBytes);
  }
  writer.commit();
}

}  // namespace

bool is_archive_name(const std::string& name) { return fs::path(name).extension() == ".frames"; }

FrameArchive::FrameArchive(const std::string& path) : reader_(open_archive(path)) {
  check_archive(reader_);
  const auto& shape = reader_.tensors().at(kFrames).shape;
  count_ = shape[0];
  height_ = static_cast<int>(shape[1]);
  width_ = static_cast<int>(shape[2]);
  rate_ = rate_of(reader_);
}

std::vector<Image> FrameArchive::read(const std::vector<std::int64_t>& indices) {
  check_frame_numbers(*this, indices);
  std::vector<Image> images;
  images.reserve(indices.size());
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const std::int64_t index : indices) {
    Image& image = images.emplace_back(width_, height_);
    const std::uint64_t size = image.pixels.size();
    reader_.read_part(kFrames, size * static_cast<std::uint64_t>(index), size, image.pixels.data());
  }
  return images;
}

std::vector<std::uint64_t> FrameArchive::fingerprints() {
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(count_) * kFingerprintBytes);
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    reader_.read(kFingerprints, bytes.data());
  }
  std::vector<std::uint64_t> hashes(static_cast<std::size_t>(count_), 0);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    hashes[i / kFingerprintBytes] |= std::uint64_t{bytes[i]} << 8 * (i % kFingerprintBytes);
  }
  return hashes;
}

FramePlace FrameArchive::place(std::int64_t index) const {
  return {reader_.path(), "frame " + std::to_string(index)};
}

std::int64_t make_archives(const std::vector<std::string>& paths, const std::string& folder,
                           const ArchiveOptions& options,
                           const std::function<bool(const std::string&)>& step) {
  const auto archives = archives_of(expand_paths(paths), folder);
  std::error_code code;
  fs::create_directories(folder, code);
  std::int64_t made = 0;
  for (const auto& [archive, clip] : archives) {
    if (!step(clip)) break;
    if (fs::exists(archive, code)) continue;
    std::shared_ptr<FrameSource> source = open_source(clip);
    if (options.first != 0 || options.last != -1) {
      source = std::make_shared<FrameRange>(source, options.first, options.last);
    }
    write_archive(*source, options, archive);
    ++made;
  }
  return made;
}

}  // namespace stip::training
