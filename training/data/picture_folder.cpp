#include "data/picture_folder.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <utility>

#include "data/file_names.h"
#include "data/frame_numbers.h"
#include "media/picture.h"
#include "stip/error.h"

namespace stip::training {
namespace {

std::vector<std::string> pictures_in(const std::string& folder) {
  std::vector<std::string> files;
  for (const std::string& name : list_folder(folder)) {
    if (is_picture_name(name)) files.push_back((std::filesystem::path(folder) / name).string());
  }
  return files;
}

std::string size_text(int width, int height) {
  return std::to_string(width) + "x" + std::to_string(height);
}

// FNV-1a over the file's bytes.
std::uint64_t hash_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw Error(ErrorCode::kUnreadable, "'" + path + "' cannot be opened: check its permissions");
  }
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  std::vector<char> block(1 << 16);
  while (file.read(block.data(), std::streamsize(block.size())), file.gcount() > 0) {
    for (std::streamsize i = 0; i < file.gcount(); ++i) {
      hash = (hash ^ static_cast<unsigned char>(block[i])) * 0x100000001B3ULL;
    }
  }
  return hash;
}

}  // namespace

PictureFolder::PictureFolder(const std::string& folder)
    : PictureFolder(folder, pictures_in(folder)) {}

PictureFolder::PictureFolder(std::string name, std::vector<std::string> files)
    : name_(std::move(name)), files_(std::move(files)) {
  if (files_.empty()) {
    throw Error(ErrorCode::kWrongKind,
                "the folder '" + name_ + "' holds no pictures (png, jpg, bmp, tiff, ppm, webp)");
  }
  read_size();
}

void PictureFolder::read_size() {
  const Image first = read_picture(files_.front());
  width_ = first.width;
  height_ = first.height;
}

std::vector<Image> PictureFolder::read(const std::vector<std::int64_t>& indices) {
  check_frame_numbers(*this, indices);
  std::vector<Image> images;
  images.reserve(indices.size());
  for (const std::int64_t index : indices) {
    images.push_back(read_picture(files_[index]));
    const Image& image = images.back();
    if (image.width == width_ && image.height == height_) continue;
    throw Error(ErrorCode::kWrongKind, "'" + files_[index] + "' is " +
                                           size_text(image.width, image.height) + " but '" +
                                           files_.front() + "' is " + size_text(width_, height_) +
                                           ": the pictures of a folder must have one size");
  }
  return images;
}

std::vector<std::uint64_t> PictureFolder::fingerprints() {
  std::vector<std::uint64_t> hashes;
  hashes.reserve(files_.size());
  for (const std::string& file : files_) hashes.push_back(hash_file(file));
  return hashes;
}

FramePlace PictureFolder::place(std::int64_t index) const {
  const std::filesystem::path file = files_[static_cast<std::size_t>(index)];
  return {file.parent_path().string(), file.filename().string()};
}

}  // namespace stip::training
