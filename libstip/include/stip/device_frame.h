#pragma once

#include <cstddef>
#include <cstdint>

namespace stip {

/// A picture in the memory of a CUDA device that somebody else owns: three 8-bit components,
/// wherever its format puts them. So every packed and planar format of 8 bits is read and written
/// where it lies.
struct DeviceFrame {
  /// Sample x of line y is data[y * stride + x * step]. A value v stands for (v - offset) / scale:
  /// 0..1 of a colour or of luma, -0.5..0.5 of chroma.
  struct Component {
    std::uint8_t* data = nullptr;  ///< on the device
    std::ptrdiff_t stride = 0;     ///< bytes from line to line
    int step = 1;                  ///< bytes from sample to sample
    int offset = 0;
    int scale = 255;
  };

  int width = 0;  ///< pixels
  int height = 0;
  Component component[3];  ///< red, green and blue; or luma, U (blue) and V (red)
  Component fourth;        ///< alpha or padding, which no model predicts; no data: there is none

  bool is_yuv = false;
  float of_red = 0.2126f;  ///< shares of red and blue in luma: BT.709's, unless said otherwise
  float of_blue = 0.0722f;
  int chroma_columns = 1;    ///< pixels that share a sample of chroma, beside each other: 1 or 2
  int chroma_lines = 1;      ///< and below each other
  bool chroma_left = false;  ///< samples lie on the left one of two columns; else between them
  bool chroma_top = false;   ///< and on the upper one of two lines
};

}  // namespace stip
