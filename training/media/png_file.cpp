#include "media/png_file.h"

#include <png.h>

#include <cerrno>
#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

#include "stip/error.h"

namespace stip::training {
namespace {

constexpr png_uint_32 kLongestSide = 16384;
constexpr int kSignature = 8;  // bytes

struct FileClose {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using FileHandle = std::unique_ptr<std::FILE, FileClose>;

// libpng leaves its functions by longjmp: what must be destroyed lives outside of those that call
// setjmp, here and in a vector of rows.
struct Work {
  png_structp png = nullptr;
  png_infop info = nullptr;
  bool writes = false;
  std::vector<png_bytep> rows;
  std::string failure;

  explicit Work(bool writes_) : writes(writes_) {
    png = writes ? png_create_write_struct(PNG_LIBPNG_VER_STRING, this, fail, ignore)
                 : png_create_read_struct(PNG_LIBPNG_VER_STRING, this, fail, ignore);
    if (png != nullptr) info = png_create_info_struct(png);
    if (info == nullptr) throw std::bad_alloc();
  }
  ~Work() {
    writes ? png_destroy_write_struct(&png, &info) : png_destroy_read_struct(&png, &info, nullptr);
  }
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;

  static void fail(png_structp png, png_const_charp text) {
    static_cast<Work*>(png_get_error_ptr(png))->failure = text;
    png_longjmp(png, 1);
  }
  static void ignore(png_structp, png_const_charp) {}

  // The rows of a picture are found without copying them.
  void point_at(const std::uint8_t* pixels, std::ptrdiff_t stride, int height) {
    for (int y = 0; y < height; ++y) rows.push_back(const_cast<png_bytep>(pixels) + y * stride);
  }
};

bool read_header(Work& work, std::FILE* file) {
  if (setjmp(png_jmpbuf(work.png)) != 0) return false;
  png_init_io(work.png, file);
  png_set_user_limits(work.png, kLongestSide, kLongestSide);
  png_read_info(work.png, work.info);
  png_set_expand(work.png);
  png_set_strip_16(work.png);
  png_set_gray_to_rgb(work.png);
  png_set_strip_alpha(work.png);
  png_set_bgr(work.png);
  png_set_interlace_handling(work.png);
  png_read_update_info(work.png, work.info);
  return true;
}

bool read_rows(Work& work) {
  if (setjmp(png_jmpbuf(work.png)) != 0) return false;
  png_read_image(work.png, work.rows.data());
  png_read_end(work.png, nullptr);
  return true;
}

bool write_all(Work& work, std::FILE* file, const FrameView& picture, int level) {
  if (setjmp(png_jmpbuf(work.png)) != 0) return false;
  png_init_io(work.png, file);
  png_set_IHDR(work.png, work.info, static_cast<png_uint_32>(picture.width),
               static_cast<png_uint_32>(picture.height), 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_compression_level(work.png, level);
  png_write_info(work.png, work.info);
  if (picture.order == PixelOrder::kBgr) png_set_bgr(work.png);
  png_write_image(work.png, work.rows.data());
  png_write_end(work.png, nullptr);
  return true;
}

[[noreturn]] void refuse_damaged(const std::string& path, const std::string& reason) {
  throw Error(ErrorCode::kCorrupt, "'" + path + "' is damaged or cut short: copy it anew", reason);
}

}  // namespace

bool is_png(const std::string& path) {
  const FileHandle file(std::fopen(path.c_str(), "rb"));
  png_byte start[kSignature];
  return file && std::fread(start, 1, kSignature, file.get()) == kSignature &&
         png_sig_cmp(start, 0, kSignature) == 0;
}

Image read_png(const std::string& path) {
  const FileHandle file(std::fopen(path.c_str(), "rb"));
  if (!file) {
    throw Error(ErrorCode::kUnreadable, "'" + path + "' cannot be opened: " + std::strerror(errno));
  }
  Work work(false);
  if (!read_header(work, file.get())) refuse_damaged(path, work.failure);
  Image image(static_cast<int>(png_get_image_width(work.png, work.info)),
              static_cast<int>(png_get_image_height(work.png, work.info)));
  if (png_get_rowbytes(work.png, work.info) != static_cast<std::size_t>(image.stride())) {
    refuse_damaged(path, "its rows are of another length than its header says");
  }
  work.point_at(image.pixels.data(), image.stride(), image.height);
  if (!read_rows(work)) refuse_damaged(path, work.failure);
  return image;
}

void write_png_file(const std::string& path, const FrameView& picture, int level) {
  errno = 0;
  FileHandle file(std::fopen(path.c_str(), "wb"));
  Work work(true);
  work.point_at(picture.data, picture.stride, picture.height);
  if (file && write_all(work, file.get(), picture, level) && std::fclose(file.release()) == 0) {
    return;
  }
  throw Error(ErrorCode::kWriteFailed, "'" + path + "' cannot be written: " +
                                           (errno != 0 ? std::strerror(errno) : work.failure));
}

}  // namespace stip::training
