#include "canvas.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>

namespace stip::training {
namespace {

// Five rows of three dots, the first row in the highest digit (octal).
const std::map<char, int>& font() {
  static const std::map<char, int> glyphs = {
      {'0', 075557}, {'1', 026227}, {'2', 071747}, {'3', 071717}, {'4', 055711}, {'5', 074717},
      {'6', 074757}, {'7', 071111}, {'8', 075757}, {'9', 075717}, {'A', 025755}, {'B', 065656},
      {'C', 034443}, {'D', 065556}, {'E', 074747}, {'F', 074744}, {'G', 034553}, {'H', 055755},
      {'I', 072227}, {'J', 011152}, {'K', 055655}, {'L', 044447}, {'M', 057755}, {'N', 065555},
      {'O', 025552}, {'P', 065644}, {'Q', 025563}, {'R', 065655}, {'S', 034216}, {'T', 072222},
      {'U', 055557}, {'V', 055552}, {'W', 055775}, {'X', 055255}, {'Y', 055222}, {'Z', 071247},
      {'.', 000002}, {'-', 000700}, {'+', 002720}, {'/', 011244}};
  return glyphs;
}

}  // namespace

Canvas::Canvas(int width, int height) : image_(width, height) {
  std::fill(image_.pixels.begin(), image_.pixels.end(), std::uint8_t{255});
}

void Canvas::point(int x, int y, Colour colour) {
  if (x < 0 || y < 0 || x >= image_.width || y >= image_.height) return;
  const auto at = (static_cast<std::ptrdiff_t>(y) * image_.width + x) * 3;
  std::copy(colour.begin(), colour.end(), image_.pixels.begin() + at);
}

void Canvas::line(double x0, double y0, double x1, double y1, Colour colour) {
  const int steps = 1 + static_cast<int>(std::max(std::abs(x1 - x0), std::abs(y1 - y0)) * 2);
  for (int i = 0; i <= steps; ++i) {
    const int x = static_cast<int>(std::lround(x0 + (x1 - x0) * i / steps));
    const int y = static_cast<int>(std::lround(y0 + (y1 - y0) * i / steps));
    for (int d = 0; d < 4; ++d) point(x + d % 2, y + d / 2, colour);
  }
}

void Canvas::picture(const Image& image, int x, int y) {
  for (int row = 0; row < image.height; ++row) {
    for (int column = 0; column < image.width; ++column) {
      const std::uint8_t* p =
          image.pixels.data() + (static_cast<std::ptrdiff_t>(row) * image.width + column) * 3;
      point(x + column, y + row, {p[0], p[1], p[2]});
    }
  }
}

void Canvas::text(const std::string& text, int x, int y, Colour colour) {
  for (const char c : text) {
    const auto glyph = font().find(static_cast<char>(std::toupper(static_cast<unsigned char>(c))));
    for (int dot = 0; glyph != font().end() && dot < 15; ++dot) {
      if ((glyph->second >> (14 - dot) & 1) == 0) continue;
      for (int d = 0; d < 4; ++d) {
        point(x + 2 * (dot % 3) + d % 2, y + 2 * (dot / 3) + d / 2, colour);
      }
    }
    x += 8;
  }
}

Image reduced(const Image& image, int factor) {
  Image small(std::max(1, image.width / factor), std::max(1, image.height / factor));
  for (int y = 0; y < small.height; ++y) {
    for (int x = 0; x < small.width; ++x) {
      std::array<int, 3> sum{};
      int count = 0;
      for (int v = y * factor; v < std::min((y + 1) * factor, image.height); ++v) {
        for (int u = x * factor; u < std::min((x + 1) * factor, image.width); ++u, ++count) {
          const auto at = (static_cast<std::size_t>(v) * image.width + u) * 3;
          for (std::size_t c = 0; c < 3; ++c) sum[c] += image.pixels[at + c];
        }
      }
      const auto to = (static_cast<std::size_t>(y) * small.width + x) * 3;
      for (std::size_t c = 0; c < 3; ++c) {
        small.pixels[to + c] = static_cast<std::uint8_t>((sum[c] + count / 2) / count);
      }
    }
  }
  return small;
}

}  // namespace stip::training
