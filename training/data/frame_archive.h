#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "data/frame_source.h"
#include "io/safetensors.h"

namespace stip::training {

/// A clip's frames as they are, in one file NAME.frames: read anywhere, without a decoder, in any
/// order at the speed of the disk. It is a safetensors file: `frames` [count, height, width, 3],
/// bytes, blue first; `fingerprints` [count, 8], bytes: of the file that the frames came from, so
/// that copies are still known as such; metadata `stip.frames`: "1", `rate`: "30/1", `source`.
class FrameArchive : public FrameSource {
 public:
  /// kNotFound, kUnreadable, kCorrupt; kWrongKind if it is no archive.
  explicit FrameArchive(const std::string& path);

  const std::string& name() const override { return reader_.path(); }
  std::int64_t count() const override { return count_; }
  int width() const override { return width_; }
  int height() const override { return height_; }
  FrameRate frame_rate() const override { return rate_; }
  std::vector<Image> read(const std::vector<std::int64_t>& indices) override;
  std::vector<std::uint64_t> fingerprints() override;
  FramePlace place(std::int64_t index) const override;

 private:
  std::mutex mutex_;  // of reader_
  SafetensorsReader reader_;
  std::int64_t count_ = 0;
  int width_ = 0;
  int height_ = 0;
  FrameRate rate_;
};

/// Whether a file's name ends in .frames.
bool is_archive_name(const std::string& name);

struct ArchiveOptions {
  int width = 0;  ///< pictures are scaled to this size; 0: as they are
  int height = 0;
  std::int64_t first = 0;  ///< of each clip, as SourceSpec has it
  std::int64_t last = -1;
};

/// Makes FOLDER/NAME.frames of every clip that the paths stand for (expand_paths()); one that is
/// there is kept. `step` gets each clip's path before it is read and ends the work by false.
/// Returns how many were made. kInvalidArgument if two clips have one name; kWriteFailed; errors of
/// open_source() and FrameRange. Memory does not grow with the clips' length.
std::int64_t make_archives(const std::vector<std::string>& paths, const std::string& folder,
                           const ArchiveOptions& options,
                           const std::function<bool(const std::string&)>& step);

}  // namespace stip::training
