#pragma once

#include <string>
#include <vector>

#include "data/clip_sample.h"
#include "media/image.h"

namespace stip::training {

/// A row of a picture table: a name and one picture a column.
struct PictureRow {
  std::string name;
  std::vector<Image> tiles;  ///< all of one size in a table
};

/// Rows of pictures under their headings, the names at the left.
Image picture_table(const std::vector<PictureRow>& rows, const std::vector<std::string>& headings);

/// The same under horizons (`columns`, from 0).
Image picture_table(const std::vector<PictureRow>& rows, const std::vector<int>& columns);

/// The horizons such a table shows, from 0: all, or five spread evenly with first and last.
std::vector<int> table_columns(int horizon);

/// |prediction - truth| times four, of pictures of one size.
Image error_picture(const Image& prediction, const Image& truth);

/// A copy of one frame of a clip.
Image image_of(const ClipSample& clip, int frame);

}  // namespace stip::training
