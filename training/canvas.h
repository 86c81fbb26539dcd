#pragma once

#include <array>
#include <string>

#include "media/image.h"

namespace stip::training {

/// Blue, green, red.
using Colour = std::array<std::uint8_t, 3>;

/// A white picture to draw figures on. What lies outside is not drawn.
class Canvas {
 public:
  Canvas(int width, int height);

  void point(int x, int y, Colour colour);
  /// Two pixels thick.
  void line(double x0, double y0, double x1, double y1, Colour colour);
  /// Copies a picture, its left upper corner at (x, y).
  void picture(const Image& image, int x, int y);
  /// Capitals, digits and . - + / in dots of 2x2 pixels; other characters are spaces.
  void text(const std::string& text, int x, int y, Colour colour);

  static int text_width(const std::string& text) { return 8 * static_cast<int>(text.size()); }
  static constexpr int kTextHeight = 10;

  const Image& image() const { return image_; }

 private:
  Image image_;
};

/// Every factor-th pixel's neighbourhood averaged: 1/factor of the size, at least 1x1.
Image reduced(const Image& image, int factor);

}  // namespace stip::training
