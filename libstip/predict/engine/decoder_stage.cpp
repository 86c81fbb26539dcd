#include "predict/engine/decoder_stage.h"

#include <chrono>

namespace stip::engine {
namespace {

constexpr float kLeak = 0.2f;

// The sources of output row 2y + py, column parity px, from several maps: the segments that
// pack_deconvolution() made.
int collect_sources(const Map* const* maps, int count, int y, int py, const float** sources) {
  int segments = 0;
  for (int m = 0; m < count; ++m) {
    for (int row = 0; row <= py; ++row) sources[segments++] = maps[m]->at(y + row, 0);
  }
  return segments;
}

}  // namespace

DecoderStage::DecoderStage(const NetworkWeights& weights, const Shape& shape, ThreadPool& pool)
    : weights_(weights), shape_(shape), pool_(pool), kernels_(cpu::kernels()) {
  const int levels = weights.config.levels;
  for (auto& maps : levels_) {
    for (int level = 0; level + 1 < levels; ++level) {
      const int finer = levels - 1 - level;
      maps.emplace_back(shape.grid_height >> finer, shape.grid_width >> finer, weights.channels,
                        Border{0, 0, 1, 1});
    }
  }
  for (int thread = 0; thread < pool.threads(); ++thread) {
    Scratch scratch;
    for (Buffer& row : scratch.newest) row = Buffer(InputFrame::row_floats(shape));
    if (!weights.output.folded) {
      for (Map& rows : scratch.last) rows = Map(2, shape.grid_width, weights.channels);
    }
    scratch_.push_back(std::move(scratch));
  }
}

void DecoderStage::run(const Map& temporal, const Map& spatial, const Encoded& encoded,
                       const InputFrame& newest, Map& prediction, const RowsDone& done) {
  const auto start = std::chrono::steady_clock::now();
  std::array<const Map*, 2> in = {&temporal, &spatial};
  for (std::size_t d = 0; d < 2; ++d) see_rows(d, 0, *in[d], 0, in[d]->height(), 0);
  for (std::size_t level = 0; level < levels_[0].size(); ++level) {
    run_level(level, in, encoded);
    in = {&levels_[0][level], &levels_[1][level]};
  }
  level_seconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  pool_.run(shape_.grid_height / 2, [&](int y, int worker) {
    output_rows(y, in, newest, worker, prediction);
    done(2 * y, worker);
  });
}

void DecoderStage::see_rows(std::size_t decoder, int stage, const Map& map, int y, int count,
                            int worker) {
  if (meter_ == nullptr) return;
  for (int row = y; row < y + count; ++row) {
    meter_->see(meter_->tensors().decoder(decoder, stage), map.at(row, 0), map.width(),
                map.channels(), worker);
  }
}

// Both decoders, a task for each row of their inputs: two rows of outputs, in four phases.
void DecoderStage::run_level(std::size_t level, const std::array<const Map*, 2>& in,
                             const Encoded& encoded) {
  const int rows = in[0]->height(), h = weights_.channels;
  const std::size_t recalled = levels_[0].size() - 1 - level;
  pool_.run(2 * rows, [&](int task, int worker) {
    const auto d = static_cast<std::size_t>(task / rows);
    const int y = task % rows;
    const Map& recall = (d == 0 ? encoded.levels.front() : encoded.levels.back())[recalled];
    Map& out = levels_[d][level];
    for (int py = 0; py < 2; ++py) {
      const float* sources[2];
      collect_sources(&in[d], 1, y, py, sources);
      for (int px = 0; px < 2; ++px) {
        cpu::RowConvolution row =
            weights_.decoders[d][level][static_cast<std::size_t>(2 * py + px)].row();
        row.pixels = in[d]->width();
        row.source = sources;
        row.source_step = h;
        row.leak = kLeak;
        if (weights_.config.recall != 0) {
          row.recall = recall.at(2 * y + py, px);
          row.recall_step = std::ptrdiff_t{2} * h;
          row.recall_weight = static_cast<float>(weights_.config.recall);
        }
        row.out = out.at(2 * y + py, px);
        row.out_step = std::ptrdiff_t{2} * h;
        kernels_.convolve_row(row);
      }
    }
    see_rows(d, static_cast<int>(level) + 1, out, 2 * y, 2, worker);
  });
}

void DecoderStage::output_rows(int y, const std::array<const Map*, 2>& in, const InputFrame& newest,
                               int worker, Map& prediction) {
  Scratch& scratch = scratch_[static_cast<std::size_t>(worker)];
  std::array<const float*, 2> newest_rows = {};  // output: frame adds nothing
  if (weights_.config.output == Output::kResidual) {
    for (int py = 0; py < 2; ++py) {
      const auto i = static_cast<std::size_t>(py);
      newest_rows[i] = newest.row(2 * y + py, scratch.newest[i].data(), kernels_);
    }
  }
  if (weights_.output.folded) {
    folded_rows(y, in, newest_rows, prediction);
  } else {
    joined_rows(y, in, newest_rows, worker, prediction);
  }
}

void DecoderStage::folded_rows(int y, const std::array<const Map*, 2>& in,
                               const std::array<const float*, 2>& newest, Map& prediction) {
  const int fc = shape_.frame_channels;
  for (int py = 0; py < 2; ++py) {
    const float* sources[4];
    collect_sources(in.data(), 2, y, py, sources);
    const float* recall = newest[static_cast<std::size_t>(py)];
    for (int px = 0; px < 2; ++px) {
      cpu::RowConvolution row = weights_.output.whole[static_cast<std::size_t>(2 * py + px)].row();
      row.pixels = in[0]->width();
      row.source = sources;
      row.source_step = weights_.channels;
      row.recall = recall == nullptr ? nullptr : recall + px * fc;
      row.recall_step = std::ptrdiff_t{2} * fc;
      row.recall_weight = 1;
      row.out = prediction.at(2 * y + py, px);
      row.out_step = std::ptrdiff_t{2} * fc;
      kernels_.convolve_row(row);
    }
  }
}

void DecoderStage::joined_rows(int y, const std::array<const Map*, 2>& in,
                               const std::array<const float*, 2>& newest, int worker,
                               Map& prediction) {
  const int h = weights_.channels;
  Scratch& scratch = scratch_[static_cast<std::size_t>(worker)];
  for (int py = 0; py < 2; ++py) {
    for (std::size_t d = 0; d < 2; ++d) {
      const float* sources[2];
      collect_sources(&in[d], 1, y, py, sources);
      for (int px = 0; px < 2; ++px) {
        cpu::RowConvolution row =
            weights_.output.last[d][static_cast<std::size_t>(2 * py + px)].row();
        row.pixels = in[d]->width();
        row.source = sources;
        row.source_step = h;
        row.out = scratch.last[d].at(py, px);
        row.out_step = std::ptrdiff_t{2} * h;
        kernels_.convolve_row(row);
      }
      see_rows(d, weights_.config.levels, scratch.last[d], py, 1, worker);
    }
    const float* sources[2] = {scratch.last[0].at(py, 0), scratch.last[1].at(py, 0)};
    cpu::RowConvolution row = weights_.output.joined.row();
    row.pixels = shape_.grid_width;
    row.source = sources;
    row.source_step = h;
    row.recall = newest[static_cast<std::size_t>(py)];
    row.recall_step = shape_.frame_channels;
    row.recall_weight = 1;
    row.out = prediction.at(2 * y + py, 0);
    row.out_step = shape_.frame_channels;
    kernels_.convolve_row(row);
  }
}

}  // namespace stip::engine
