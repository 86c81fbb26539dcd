#pragma once

namespace stip::training {

/// Frames a second as a fraction (30000/1001 must survive a round trip through a file).
struct FrameRate {
  int numerator = 25;
  int denominator = 1;

  double value() const { return double(numerator) / denominator; }
};

}  // namespace stip::training
