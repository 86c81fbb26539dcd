#pragma once

#include <string>
#include <vector>

#include "data/frame_source.h"

namespace stip::training {

/// The pictures of a folder, in natural order (img2 before img10), as the frames of one clip. Every
/// picture must have the first one's size: one that has not is refused (kWrongKind, its name) when
/// it is read.
class PictureFolder : public FrameSource {
 public:
  /// kNotFound, kUnreadable; kWrongKind if there is no picture in it.
  explicit PictureFolder(const std::string& folder);
  /// The given pictures, in this order (a list file's clip).
  PictureFolder(std::string name, std::vector<std::string> files);

  const std::string& name() const override { return name_; }
  std::int64_t count() const override { return std::int64_t(files_.size()); }
  int width() const override { return width_; }
  int height() const override { return height_; }
  FrameRate frame_rate() const override { return {}; }
  std::vector<Image> read(const std::vector<std::int64_t>& indices) override;
  std::vector<std::uint64_t> fingerprints() override;
  FramePlace place(std::int64_t index) const override;

  const std::vector<std::string>& files() const { return files_; }

 private:
  void read_size();

  std::string name_;
  std::vector<std::string> files_;
  int width_ = 0;
  int height_ = 0;
};

}  // namespace stip::training
