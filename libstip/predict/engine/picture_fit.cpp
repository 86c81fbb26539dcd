#include "predict/engine/picture_fit.h"

#include <algorithm>
#include <cmath>

#include "base/frame_check.h"

namespace stip::engine {
namespace {

constexpr int kColours = 3;

std::size_t values(int height, int width) {
  return static_cast<std::size_t>(height) * static_cast<std::size_t>(width) * kColours;
}

}  // namespace

PictureFit::PictureFit(const ModelConfig& config, const FitGeometry& geometry, const Shape& shape,
                       ThreadPool& pool)
    : geometry_(geometry),
      shape_(shape),
      colour_(config.colour),
      pool_(pool),
      kernels_(cpu::kernels()) {
  // Kernels write a few bytes beyond each row.
  rows_stride_ = kColours * geometry.network_width + cpu::kPanel;
  rows_.assign(static_cast<std::size_t>(pool.threads()),
               std::vector<std::uint8_t>(static_cast<std::size_t>(rows_stride_ * shape.patch)));
  if (geometry.pads || geometry.same_size()) return;
  scale_down_.emplace(geometry.height, geometry.width, geometry.network_height,
                      geometry.network_width);
  scale_up_.emplace(geometry.network_height, geometry.network_width, geometry.height,
                    geometry.width);
  stream_picture_ = Buffer(values(geometry.height, geometry.width));
  network_picture_ = Buffer(values(geometry.network_height, geometry.network_width));
}

void PictureFit::take(const FrameView& from, InputFrame& to) {
  check_frame(from, geometry_.width, geometry_.height);
  scales() ? take_scaled(from, to) : take_padded(from, to);
}

// The last column and row are repeated.
void PictureFit::take_padded(const FrameView& from, InputFrame& to) const {
  std::uint8_t* const data = to.become_bytes();
  const std::ptrdiff_t stride = to.stride();
  copy_frame(from, {data, geometry_.width, geometry_.height, stride, colour_});
  const int missing = kColours * (geometry_.network_width - geometry_.width);
  for (int y = 0; y < geometry_.height; ++y) {
    std::uint8_t* const end = data + y * stride + std::ptrdiff_t{kColours} * geometry_.width;
    for (int i = 0; i < missing; ++i) end[i] = end[i - kColours];
  }
  for (int y = geometry_.height; y < geometry_.network_height; ++y) {
    std::copy_n(data + (y - 1) * stride, stride, data + y * stride);
  }
}

void PictureFit::take_scaled(const FrameView& from, InputFrame& to) {
  const bool swap = from.order != colour_;
  pool_.run(geometry_.height, [&](int y, int) {
    const std::uint8_t* in = from.data + y * from.stride;
    float* out = stream_picture_.data() + std::ptrdiff_t{y} * geometry_.width * kColours;
    for (int x = 0; x < geometry_.width; ++x, in += kColours, out += kColours) {
      for (int c = 0; c < kColours; ++c) {
        out[c] = static_cast<float>(in[swap ? kColours - 1 - c : c]) / 255.0f;
      }
    }
  });
  scale_down_->run(stream_picture_.data(), network_picture_.data(), pool_);
  Map& patched = to.become_patched();
  const int run = kColours * shape_.patch;
  const std::ptrdiff_t row = std::ptrdiff_t{kColours} * geometry_.network_width;
  pool_.run(shape_.grid_height, [&](int y, int) {
    for (int x = 0; x < shape_.grid_width; ++x) {
      for (int dy = 0; dy < shape_.patch; ++dy) {
        std::copy_n(network_picture_.data() + (y * shape_.patch + dy) * row + x * run, run,
                    patched.at(y, x) + dy * run);
      }
    }
  });
}

void PictureFit::give_rows(const Map& prediction, int y, int worker, const MutableFrameView& to) {
  std::uint8_t* const rows = rows_[static_cast<std::size_t>(worker)].data();
  const int patch = shape_.patch;
  for (int grid_row = y; grid_row < y + 2; ++grid_row) {
    const int first = grid_row * patch, count = std::min(patch, geometry_.height - first);
    if (count <= 0) return;
    cpu::UnpatchRow row;
    row.cells = prediction.at(grid_row, 0);
    row.step = shape_.frame_channels;
    row.patch = patch;
    row.count = shape_.grid_width;
    row.out = rows;
    row.stride = rows_stride_;
    kernels_.unpatch_row(row);
    copy_frame({rows, geometry_.width, count, rows_stride_, colour_},
               {to.data + first * to.stride, geometry_.width, count, to.stride, to.order});
  }
}

void PictureFit::unpatch(const Map& prediction, float* picture) const {
  const int run = kColours * shape_.patch;
  const std::ptrdiff_t row = std::ptrdiff_t{kColours} * geometry_.network_width;
  for (int y = 0; y < shape_.grid_height; ++y) {
    for (int x = 0; x < shape_.grid_width; ++x) {
      for (int dy = 0; dy < shape_.patch; ++dy) {
        std::copy_n(prediction.at(y, x) + dy * run, run,
                    picture + (y * shape_.patch + dy) * row + x * run);
      }
    }
  }
}

void PictureFit::give(const Map& prediction, const MutableFrameView& to) {
  give_floats(prediction, stream_picture_.data());
  const bool swap = to.order != colour_;
  pool_.run(geometry_.height, [&](int y, int) {
    const float* in = stream_picture_.data() + std::ptrdiff_t{y} * geometry_.width * kColours;
    std::uint8_t* out = to.data + y * to.stride;
    for (int x = 0; x < geometry_.width; ++x, in += kColours, out += kColours) {
      for (int c = 0; c < kColours; ++c) {
        const float value = in[swap ? kColours - 1 - c : c];
        // Written so that a value that is no number becomes 0.
        out[c] = static_cast<std::uint8_t>(
            std::nearbyint((value > 0 ? std::min(value, 1.0f) : 0.0f) * 255.0f));
      }
    }
  });
}

void PictureFit::give_floats(const Map& prediction, float* to) {
  if (scales()) {
    unpatch(prediction, network_picture_.data());
    scale_up_->run(network_picture_.data(), to, pool_);
    return;
  }
  std::vector<float> whole(values(geometry_.network_height, geometry_.network_width));
  unpatch(prediction, whole.data());
  for (int y = 0; y < geometry_.height; ++y) {
    std::copy_n(whole.data() + std::ptrdiff_t{y} * geometry_.network_width * kColours,
                geometry_.width * kColours, to + std::ptrdiff_t{y} * geometry_.width * kColours);
  }
}

}  // namespace stip::engine
