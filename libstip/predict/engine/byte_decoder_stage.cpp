#include "predict/engine/byte_decoder_stage.h"

#include <chrono>

namespace stip::engine {
namespace {

constexpr float kByteDecoderLeak = 0.2f;

// The sources of output row 2y + py, as pack_deconvolution() made the segments.
int collect_byte_sources(const ByteMap& map, int y, int py, const std::uint8_t** sources) {
  for (int row = 0; row <= py; ++row) sources[row] = map.at(y + row, 0);
  return 1 + py;
}

}  // namespace

ByteDecoderStage::ByteDecoderStage(const NetworkWeights& weights, const ByteWeights& bytes,
                                   const Shape& shape, ThreadPool& pool, ClipCounter& clips)
    : weights_(weights),
      bytes_(bytes),
      shape_(shape),
      pool_(pool),
      clips_(clips),
      kernels_(cpu::kernels()),
      byte_kernels_(cpu::byte_kernels()) {
  const int levels = weights.config.levels;
  for (std::size_t d = 0; d < 2; ++d) {
    for (int stage = 0; stage < levels; ++stage) {
      const int finer = levels - stage;
      maps_[d].emplace_back(shape.grid_height >> finer, shape.grid_width >> finer,
                            bytes.decoders[d].scales[static_cast<std::size_t>(stage)],
                            Border{0, 0, 1, 1});
    }
  }
  for (int thread = 0; thread < pool.threads(); ++thread) {
    Scratch scratch;
    for (Buffer& row : scratch.newest) row = Buffer(InputFrame::row_floats(shape));
    if (!weights.output.folded) {
      for (std::size_t d = 0; d < 2; ++d) {
        scratch.last[d] = ByteMap(2, shape.grid_width, bytes.decoders[d].scales.back());
      }
    }
    scratch_.push_back(std::move(scratch));
  }
}

void ByteDecoderStage::run(const Map& temporal, const Map& spatial, const Encoded& encoded,
                           const InputFrame& newest, Map& prediction, const RowsDone& done) {
  const auto start = std::chrono::steady_clock::now();
  take(0, temporal);
  take(1, spatial);
  for (std::size_t level = 0; level + 1 < maps_[0].size(); ++level) run_level(level, encoded);
  level_seconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  pool_.run(shape_.grid_height / 2, [&](int y, int worker) {
    output_rows(y, newest, worker, prediction);
    done(2 * y, worker);
  });
}

// Small: the core is the coarsest there is.
void ByteDecoderStage::take(std::size_t decoder, const Map& from) {
  ByteMap& to = maps_[decoder][0];
  const ByteScales& scales = bytes_.decoders[decoder].scales[0];
  for (int y = 0; y < from.height(); ++y) {
    const cpu::Quantisation row{from.at(y, 0),         from.width(),       from.channels(),
                                scales.inverse.data(), scales.zero.data(), to.at(y, 0)};
    clips_.add(std::int64_t{from.width()} * from.channels(), byte_kernels_.quantise(row), 0);
  }
}

void ByteDecoderStage::level_row(const cpu::ByteConvolution& row, int worker) {
  clips_.add(std::int64_t{row.pixels} * row.panels * cpu::kPanel, byte_kernels_.convolve_row(row),
             worker);
}

void ByteDecoderStage::run_level(std::size_t level, const Encoded& encoded) {
  const int rows = maps_[0][level].height(), h = weights_.channels;
  const std::size_t recalled = maps_[0].size() - 2 - level;
  pool_.run(2 * rows, [&](int task, int worker) {
    const auto d = static_cast<std::size_t>(task / rows);
    const int y = task % rows;
    const ByteMap& in = maps_[d][level];
    const ByteMap& recall =
        (d == 0 ? encoded.byte_levels.front() : encoded.byte_levels.back())[recalled];
    const ByteDecoderWeights& decoder = bytes_.decoders[d];
    for (int py = 0; py < 2; ++py) {
      const std::uint8_t* sources[2];
      collect_byte_sources(in, y, py, sources);
      for (int px = 0; px < 2; ++px) {
        cpu::ByteConvolution row =
            decoder.levels[level][static_cast<std::size_t>(2 * py + px)].row();
        row.pixels = in.width();
        row.source = sources;
        row.source_step = h;
        row.leak = kByteDecoderLeak;
        if (weights_.config.recall != 0) {
          row.byte_recall = recall.at(2 * y + py, px);
          row.recall_step = std::ptrdiff_t{2} * h;
          row.recall_weights = decoder.recall_weights[level].data();
        }
        row.byte_out = maps_[d][level + 1].at(2 * y + py, px);
        row.out_zero = decoder.out_zeros[level].data();
        row.out_step = std::ptrdiff_t{2} * h;
        level_row(row, worker);
      }
    }
  });
}

void ByteDecoderStage::output_rows(int y, const InputFrame& newest, int worker, Map& prediction) {
  Scratch& scratch = scratch_[static_cast<std::size_t>(worker)];
  for (int py = 0; py < 2; ++py) {
    const float* newest_row = nullptr;  // output: frame adds nothing
    if (weights_.config.output == Output::kResidual) {
      newest_row =
          newest.row(2 * y + py, scratch.newest[static_cast<std::size_t>(py)].data(), kernels_);
    }
    if (weights_.output.folded) {
      folded_rows(y, py, newest_row, prediction);
    } else {
      joined_row(y, py, newest_row, worker, prediction);
    }
  }
}

void ByteDecoderStage::folded_rows(int y, int py, const float* newest, Map& prediction) {
  const int fc = shape_.frame_channels;
  const std::uint8_t* sources[4];
  const int rows = collect_byte_sources(maps_[0].back(), y, py, sources);
  collect_byte_sources(maps_[1].back(), y, py, sources + rows);
  for (int px = 0; px < 2; ++px) {
    cpu::ByteConvolution row = bytes_.whole[static_cast<std::size_t>(2 * py + px)].row();
    row.pixels = maps_[0].back().width();
    row.source = sources;
    row.source_step = weights_.channels;
    row.recall = newest == nullptr ? nullptr : newest + px * fc;
    row.recall_step = std::ptrdiff_t{2} * fc;
    row.recall_weight = 1;
    row.out = prediction.at(2 * y + py, px);
    row.out_step = std::ptrdiff_t{2} * fc;
    byte_kernels_.convolve_row(row);
  }
}

void ByteDecoderStage::joined_row(int y, int py, const float* newest, int worker, Map& prediction) {
  const int h = weights_.channels;
  Scratch& scratch = scratch_[static_cast<std::size_t>(worker)];
  for (std::size_t d = 0; d < 2; ++d) {
    const std::uint8_t* sources[2];
    collect_byte_sources(maps_[d].back(), y, py, sources);
    for (int px = 0; px < 2; ++px) {
      cpu::ByteConvolution row = bytes_.last[d][static_cast<std::size_t>(2 * py + px)].row();
      row.pixels = maps_[d].back().width();
      row.source = sources;
      row.source_step = h;
      row.byte_out = scratch.last[d].at(py, px);
      row.out_zero = bytes_.decoders[d].scales.back().zero.data();
      row.out_step = std::ptrdiff_t{2} * h;
      level_row(row, worker);
    }
  }
  const std::uint8_t* sources[2] = {scratch.last[0].at(py, 0), scratch.last[1].at(py, 0)};
  cpu::ByteConvolution row = bytes_.joined.row();
  row.pixels = shape_.grid_width;
  row.source = sources;
  row.source_step = h;
  row.recall = newest;
  row.recall_step = shape_.frame_channels;
  row.recall_weight = 1;
  row.out = prediction.at(2 * y + py, 0);
  row.out_step = shape_.frame_channels;
  byte_kernels_.convolve_row(row);
}

}  // namespace stip::engine
