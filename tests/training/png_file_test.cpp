// PNGs of all kinds, against what GStreamer's decoder makes of them.
#include "media/png_file.h"

#include <png.h>

#include <random>

#include "media/other_picture.h"
#include "media/picture.h"
#include "media_fixture.h"

namespace stip::training {
namespace {

struct Kind {
  const char* name;
  int colour;
  int depth;
  int interlace;
};

void write_kind(const std::string& path, const Kind& kind, int width, int height) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_init_io(png, file);
  png_set_IHDR(png, info, png_uint_32(width), png_uint_32(height), kind.depth, kind.colour,
               kind.interlace, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  std::mt19937 random(3);
  std::vector<png_color> palette(16);
  for (png_color& entry : palette) {
    entry = {png_byte(random()), png_byte(random()), png_byte(random())};
  }
  if (kind.colour == PNG_COLOR_TYPE_PALETTE) png_set_PLTE(png, info, palette.data(), 16);
  png_write_info(png, info);
  std::vector<std::vector<png_byte>> rows(std::size_t(height),
                                          std::vector<png_byte>(png_get_rowbytes(png, info)));
  std::vector<png_bytep> pointers;
  for (auto& row : rows) {
    for (png_byte& value : row) {
      value = png_byte(kind.colour == PNG_COLOR_TYPE_PALETTE && kind.depth == 8 ? random() % 16
                                                                                : random());
    }
    pointers.push_back(row.data());
  }
  png_write_image(png, pointers.data());
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  std::fclose(file);
}

TEST(PngFile, ReadsEveryKindAsGStreamerDoes) {
  const TemporaryFolder folder;
  for (const Kind& kind : {Kind{"rgb", PNG_COLOR_TYPE_RGB, 8, PNG_INTERLACE_NONE},
                           {"rgba", PNG_COLOR_TYPE_RGBA, 8, PNG_INTERLACE_NONE},
                           {"grey", PNG_COLOR_TYPE_GRAY, 8, PNG_INTERLACE_NONE},
                           {"grey1", PNG_COLOR_TYPE_GRAY, 1, PNG_INTERLACE_NONE},
                           {"grey-alpha", PNG_COLOR_TYPE_GRAY_ALPHA, 8, PNG_INTERLACE_NONE},
                           {"palette", PNG_COLOR_TYPE_PALETTE, 8, PNG_INTERLACE_NONE},
                           {"palette4", PNG_COLOR_TYPE_PALETTE, 4, PNG_INTERLACE_NONE},
                           {"interlaced", PNG_COLOR_TYPE_RGB, 8, PNG_INTERLACE_ADAM7}}) {
    const std::string path = folder / (std::string(kind.name) + ".png");
    write_kind(path, kind, 21, 13);
    ASSERT_TRUE(is_png(path));
    const Image ours = read_png(path);
    const Image theirs = read_other_picture(path);
    ASSERT_EQ(ours.width, 21) << kind.name;
    ASSERT_EQ(ours.height, 13) << kind.name;
    EXPECT_TRUE(ours == theirs) << kind.name;
  }
}

// pngdec of GStreamer 1.22 makes other colours of them.
TEST(PngFile, CutsSixteenBitsToTheUpperEight) {
  const TemporaryFolder folder;
  write_kind(folder / "a.png", {"rgb16", PNG_COLOR_TYPE_RGB, 16, PNG_INTERLACE_NONE}, 21, 13);
  const Image image = read_png(folder / "a.png");
  std::mt19937 random(3);
  random.discard(16 * 3);  // the palette
  for (int i = 0; i < 21 * 13; ++i) {
    for (const int colour : {2, 1, 0}) {
      ASSERT_EQ(image.pixels.at(std::size_t(3 * i + colour)), png_byte(random())) << i;
      random.discard(1);
    }
  }
}

TEST(PngFile, RoundTripsBothOrders) {
  const TemporaryFolder folder;
  const Image image = numbered_picture(4, 33, 17);
  write_png(folder / "a.png", image.view());
  EXPECT_TRUE(read_picture(folder / "a.png") == image);
  FrameView swapped = image.view();
  swapped.order = PixelOrder::kRgb;
  write_png(folder / "b.png", swapped);
  const Image back = read_picture(folder / "b.png");
  EXPECT_EQ(back.pixels[0], image.pixels[2]);
  EXPECT_EQ(back.pixels[2], image.pixels[0]);
}

TEST(PngFile, DamageIsAnErrorAndNeverACrash) {
  const TemporaryFolder folder;
  write_png(folder / "whole.png", numbered_picture(1).view());
  std::ifstream stream(folder / "whole.png", std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(stream), {}};
  for (const std::size_t length : {std::size_t{9}, whole.size() / 2, whole.size() - 13}) {
    write_text(folder / "cut.png", whole.substr(0, length));
    expect_error(ErrorCode::kCorrupt, "cut.png", [&] { read_picture(folder / "cut.png"); });
  }
  std::mt19937 random(5);
  int refused = 0;
  for (int i = 0; i < 300; ++i) {
    std::string damaged = whole;
    for (int k = 0; k < 3; ++k) damaged[8 + random() % (whole.size() - 8)] = char(random());
    write_text(folder / "damaged.png", damaged);
    try {
      read_png(folder / "damaged.png");
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kCorrupt);
      ++refused;
    }
  }
  EXPECT_GT(refused, 200);
}

TEST(PngFile, SaysWhyItCannotBeWritten) {
  const TemporaryFolder folder;
  expect_error(ErrorCode::kWriteFailed, "none",
               [&] { write_png(folder / "none/a.png", numbered_picture(1).view()); });
  expect_error(ErrorCode::kWriteFailed, "No space left",
               [&] { write_png_file("/dev/full", numbered_picture(1).view(), 6); });
}

}  // namespace
}  // namespace stip::training
