#include "difference_picture.h"

#include <algorithm>
#include <cstdlib>

#include "component.h"
#include "picture_copy.h"

namespace stip::gst {
namespace {

constexpr int kGain = 4;

void fill(const Component& to, int value) {
  for (int y = 0; y < to.height; ++y) {
    guint8* row = to.row(y);
    for (int x = 0; x < to.width; ++x) row[x * to.step] = static_cast<guint8>(value);
  }
}

void draw(const Component& truth, const Component& prediction, Levels levels, const Component& to) {
  for (int y = 0; y < to.height; ++y) {
    const guint8* a = truth.row(y);
    const guint8* b = prediction.row(y);
    guint8* row = to.row(y);
    for (int x = 0; x < to.width; ++x) {
      const int distance = std::abs(int{a[x * truth.step]} - int{b[x * prediction.step]});
      row[x * to.step] = static_cast<guint8>(std::min(levels.low + kGain * distance, levels.high));
    }
  }
}

}  // namespace

void draw_difference(const GstVideoFrame* truth, const GstVideoFrame* prediction,
                     GstVideoFrame* difference) {
  copy_picture(truth, difference);  // for what is not drawn below
  for (int c = 0; c < colour_count(truth); ++c) {
    const Component to(difference, c);
    const Levels levels = levels_of(truth, c);
    if (is_chroma(truth, c) || prediction == nullptr) {
      fill(to, levels.low);
    } else {
      draw(Component(truth, c), Component(prediction, c), levels, to);
    }
  }
}

}  // namespace stip::gst
