#include "motion/cell_description.h"

#include <algorithm>

#include "motion/learnt.h"

namespace stip {
namespace {

constexpr int kPixels = kCell * kCell;
constexpr int kSamples = kCell;  // of a cell's pixels, as sampled_row() takes them

float brightness(const Float4& pixel) {
  return 0.114f * pixel[0] + 0.587f * pixel[1] + 0.299f * pixel[2];
}

// Where the mean difference of a source stands; -1: nowhere.
int mean_channel(int source) {
  if (source == kAccelerated) return kAcceleratedMeanChannel;
  return source < kCandidates ? kSourceMeanChannels + source : -1;
}

// Sums over a cell's samples, colours apart.
struct SourceSums {
  Float4 differences;
  Float4 squares;
};

void put(const SourceSums& sums, int source, float* cell) {
  const Float4& squares = sums.squares;
  cell[kSourceEnergyChannels + source] =
      log_energy((squares[0] + squares[1] + squares[2]) / kSamples);
  const int mean = mean_channel(source);
  if (mean >= 0) cell[mean] = brightness(sums.differences) / (16 * kSamples);
}

}  // namespace

void describe_sources(const SourcePictures& pictures, const Displacements& displacements, int row,
                      SourceSet which, std::vector<Float4>* scratch, float* cells) {
  const FloatPicture& base = pictures.base->whole;
  const int columns = pictures.flow->columns;
  scratch->resize(static_cast<std::size_t>(3 * kMotionSources * columns));
  Float4* const sources = scratch->data();
  Float4* const differences = sources + kMotionSources * columns;
  Float4* const squares = differences + kMotionSources * columns;
  std::fill(differences, squares + kMotionSources * columns, Float4{});
  for (int y = row * kCell; y < (row + 1) * kCell; ++y) {
    const PixelRow line = sampled_row(y, columns);
    read_sources(pictures, displacements, line, which, sources);
    const Float4* copies = base.row(std::min(y, base.height - 1));
    for (int i = 0; i < kMotionSources * columns; i += columns) {
      if ((which & source_bit(static_cast<MotionSource>(i / columns))) == 0) continue;
      for (int column = 0; column < columns; ++column) {
        const int x = std::min(line.first + column * kCell, base.width - 1);
        const Float4 d = sources[i + column] - copies[x];
        differences[i + column] += d;
        squares[i + column] += d * d;
      }
    }
  }
  for (int source = 0; source < kMotionSources; ++source) {
    if ((which & source_bit(static_cast<MotionSource>(source))) == 0) continue;
    for (int column = 0; column < columns; ++column) {
      const int i = source * columns + column;
      put({differences[i], squares[i]}, source, cells + column * kMotionChannels);
    }
  }
}

void describe_pixels(const FloatPicture& base, int row, int columns, float* cells) {
  for (int column = 0; column < columns; ++column) {
    float* cell = cells + column * kMotionChannels;
    float values[kPixels];
    float sum = 0;
    for (int p = 0; p < kPixels; ++p) {
      const int y = std::min(row * kCell + p / kCell, base.height - 1);
      const int x = std::min(column * kCell + p % kCell, base.width - 1);
      values[p] = brightness(base.row(y)[x]);
      sum += values[p];
    }
    const float mean = sum / kPixels;
    for (int p = 0; p < kPixels; ++p) cell[kPixelChannels + p] = (values[p] - mean) / 16;
    cell[kBrightnessChannel] = mean / 128 - 1;
  }
}

}  // namespace stip
