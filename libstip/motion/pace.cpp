#include "motion/pace.h"

#include <algorithm>
#include <cmath>

namespace stip {
namespace {

constexpr float kLeastStep = 0.3f;  // pixels; under it flow is noise
constexpr double kNoStep = 1;       // added to sums over cells: few and slow ones mean nothing
constexpr double kMostPace = 2;
constexpr double kLeastAlike = 0.7;  // correlation of two steps that go the same way
constexpr float kMuch = 0.6f;        // 1.5 times as far
constexpr float kLittle = 0.3f;
constexpr float kSameWay = 0.1f;  // product of two changes of pace that go on

}  // namespace

float pace_change(const CellField& now, const CellField& change) {
  double length = kNoStep, length_before = kNoStep;
  double product = 0, squares = kNoStep, squares_before = kNoStep;
  for (std::size_t i = 0; i < now.uv.size(); i += 2) {
    const float x = now.uv[i], y = now.uv[i + 1];
    const float before_x = x - change.uv[i], before_y = y - change.uv[i + 1];
    const float square = x * x + y * y;
    const float square_before = before_x * before_x + before_y * before_y;
    if (std::max(square, square_before) < kLeastStep * kLeastStep) continue;
    length += double{std::sqrt(square)};
    length_before += double{std::sqrt(square_before)};
    product += double{x * before_x + y * before_y};
    squares += double{square};
    squares_before += double{square_before};
  }
  if (product < kLeastAlike * std::sqrt(squares * squares_before)) return 0;
  return static_cast<float>(std::clamp(std::log2(length / length_before), -kMostPace, kMostPace));
}

bool is_uneven(float before, float now) {
  const bool much = std::max(std::abs(before), std::abs(now)) > kMuch;
  const bool goes_on = before * now >= kSameWay;
  const bool comes_to_a_stop = now < -kLittle && before < kLittle;
  return much && !goes_on && !comes_to_a_stop;
}

}  // namespace stip
