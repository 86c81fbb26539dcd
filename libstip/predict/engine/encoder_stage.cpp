#include "predict/engine/encoder_stage.h"

#include <algorithm>

namespace stip::engine {
namespace {

constexpr float kLeak = 0.2f;
constexpr int kKernel = 3;

}  // namespace

EncoderStage::EncoderStage(const NetworkWeights& weights, const Shape& shape, ThreadPool& pool)
    : weights_(weights), shape_(shape), pool_(pool), kernels_(cpu::kernels()) {
  for (int thread = 0; thread < pool.threads(); ++thread) {
    Scratch scratch;
    scratch.sources.resize(static_cast<std::size_t>(weights.config.clip));
    for (int frame = 0; frame < weights.config.clip; ++frame) {
      scratch.patched.emplace_back(InputFrame::row_floats(shape));
    }
    for (std::size_t e = 0; e < weights.encoders.size(); ++e) {
      scratch.rows.emplace_back(kKernel, shape.grid_width, weights.channels, Border{0, 1, 0, 0});
    }
    scratch_.push_back(std::move(scratch));
  }
}

Encoded EncoderStage::make_encoded() const {
  Encoded encoded;
  for (std::size_t e = 0; e < weights_.encoders.size(); ++e) {
    std::vector<Map> levels;
    for (int level = 1; level <= weights_.config.levels; ++level) {
      levels.emplace_back(shape_.grid_height >> level, shape_.grid_width >> level,
                          weights_.channels, Border{1, 1, 0, 0});
    }
    encoded.levels.push_back(std::move(levels));
  }
  return encoded;
}

void EncoderStage::run(const std::vector<const InputFrame*>& clip, Encoded& encoded) {
  const int rows = shape_.grid_height / 2;
  // A band begins with a row of the first convolution that the band above makes too.
  const int bands = std::max(1, std::min(rows / 8, 4 * pool_.threads()));
  pool_.run(bands, [&](int band, int worker) {
    run_band(clip, band * rows / bands, (band + 1) * rows / bands, worker, encoded);
  });
  for (std::size_t level = 1; level < static_cast<std::size_t>(weights_.config.levels); ++level) {
    run_level(level, encoded);
  }
}

void EncoderStage::run_band(const std::vector<const InputFrame*>& clip, int first, int end,
                            int worker, Encoded& encoded) {
  if (first > 0) {
    make_input_row(clip, 2 * first - 1, worker);
  } else {
    for (Map& rows : scratch_[static_cast<std::size_t>(worker)].rows)
      rows.clear();  // row -1, zeros
  }
  for (int y = first; y < end; ++y) {
    make_input_row(clip, 2 * y, worker);
    make_input_row(clip, 2 * y + 1, worker);
    make_first_level_row(y, worker, encoded);
  }
}

void EncoderStage::make_input_row(const std::vector<const InputFrame*>& clip, int y, int worker) {
  Scratch& scratch = scratch_[static_cast<std::size_t>(worker)];
  std::vector<const float*>& source = scratch.sources;  // no allocation a row
  for (std::size_t i = 0; i < clip.size(); ++i) {
    source[i] = clip[i]->row(y, scratch.patched[i].data(), kernels_);
    if (meter_ != nullptr) {
      meter_->see(meter_->tensors().frame(), source[i], shape_.grid_width, shape_.frame_channels,
                  worker);
    }
  }
  const int zeros = weights_.config.clip - static_cast<int>(clip.size());
  for (std::size_t e = 0; e < weights_.encoders.size(); ++e) {
    cpu::RowConvolution row = weights_.encoders[e].input.row(zeros);
    row.pixels = shape_.grid_width;
    row.source = source.data();
    row.source_step = shape_.frame_channels;
    row.leak = kLeak;
    row.out = scratch.rows[e].at(y % kKernel, 0);
    row.out_step = weights_.channels;
    kernels_.convolve_row(row);
    if (meter_ != nullptr) {
      meter_->see(meter_->tensors().encoder(e, 0), row.out, row.pixels, weights_.channels, worker);
    }
  }
}

void EncoderStage::make_first_level_row(int y, int worker, Encoded& encoded) {
  Scratch& scratch = scratch_[static_cast<std::size_t>(worker)];
  for (std::size_t e = 0; e < weights_.encoders.size(); ++e) {
    const float* source[kKernel];
    for (int k = 0; k < kKernel; ++k) {
      source[k] = scratch.rows[e].at((2 * y - 1 + k + kKernel) % kKernel, -1);
    }
    convolve_level_row(e, 0, source, y, worker, encoded);
  }
}

// Row y of a level from the three rows above it, which begin a pixel before its own.
void EncoderStage::convolve_level_row(std::size_t e, std::size_t level, const float* const* source,
                                      int y, int worker, Encoded& encoded) {
  Map& out = encoded.levels[e][level];
  cpu::RowConvolution row = weights_.encoders[e].levels[level].row();
  row.pixels = out.width();
  row.source = source;
  row.source_step = 2 * weights_.channels;
  row.leak = kLeak;
  row.out = out.at(y, 0);
  row.out_step = weights_.channels;
  kernels_.convolve_row(row);
  see_level(e, level, row, worker);
}

// The features are not for bytes.
void EncoderStage::see_level(std::size_t e, std::size_t level, const cpu::RowConvolution& row,
                             int worker) {
  const int stage = static_cast<int>(level) + 1;
  if (meter_ == nullptr || stage == weights_.config.levels) return;
  meter_->see(meter_->tensors().encoder(e, stage), row.out, row.pixels, weights_.channels, worker);
}

void EncoderStage::run_level(std::size_t level, Encoded& encoded) {
  const int encoders = static_cast<int>(weights_.encoders.size());
  const int rows = encoded.levels[0][level].height();
  pool_.run(encoders * rows, [&](int task, int worker) {
    const auto e = static_cast<std::size_t>(task / rows);
    const int y = task % rows;
    const Map& in = encoded.levels[e][level - 1];
    const float* source[kKernel];
    for (int k = 0; k < kKernel; ++k) source[k] = in.at(2 * y - 1 + k, -1);
    convolve_level_row(e, level, source, y, worker, encoded);
  });
}

}  // namespace stip::engine
