#include "predict/engine/byte_encoder_stage.h"

namespace stip::engine {
namespace {

constexpr float kByteLeak = 0.2f;
constexpr int kByteKernel = 3;

}  // namespace

ByteEncoderStage::ByteEncoderStage(const NetworkWeights& weights, const ByteWeights& bytes,
                                   const Shape& shape, ThreadPool& pool, ClipCounter& clips)
    : weights_(weights),
      bytes_(bytes),
      shape_(shape),
      pool_(pool),
      clips_(clips),
      kernels_(cpu::kernels()),
      byte_kernels_(cpu::byte_kernels()) {
  for (int thread = 0; thread < pool.threads(); ++thread) {
    Scratch scratch;
    scratch.patched = Buffer(InputFrame::row_floats(shape));
    scratch.sources.resize(static_cast<std::size_t>(weights.config.clip));
    for (int frame = 0; frame < weights.config.clip; ++frame) {
      scratch.frames.emplace_back(1, shape.grid_width, bytes.frame);
    }
    for (const ByteEncoderWeights& encoder : bytes.encoders) {
      scratch.rows.emplace_back(kByteKernel, shape.grid_width, encoder.scales[0],
                                Border{0, 1, 0, 0});
    }
    scratch_.push_back(std::move(scratch));
  }
}

Encoded ByteEncoderStage::make_encoded() const {
  Encoded encoded;
  const int levels = weights_.config.levels;
  for (const ByteEncoderWeights& encoder : bytes_.encoders) {
    std::vector<ByteMap> maps;
    for (int level = 1; level < levels; ++level) {
      maps.emplace_back(shape_.grid_height >> level, shape_.grid_width >> level,
                        encoder.scales[static_cast<std::size_t>(level)], Border{1, 1, 0, 0});
    }
    encoded.byte_levels.push_back(std::move(maps));
    encoded.levels.emplace_back();
    encoded.levels.back().emplace_back(shape_.grid_height >> levels, shape_.grid_width >> levels,
                                       weights_.channels);
  }
  return encoded;
}

void ByteEncoderStage::run(const std::vector<const InputFrame*>& clip, Encoded& encoded) {
  const int rows = shape_.grid_height / 2;
  const int bands = std::max(1, std::min(rows / 8, 4 * pool_.threads()));
  pool_.run(bands, [&](int band, int worker) {
    run_band(clip, band * rows / bands, (band + 1) * rows / bands, worker, encoded);
  });
  for (std::size_t level = 1; level < static_cast<std::size_t>(weights_.config.levels); ++level) {
    run_level(level, encoded);
  }
}

void ByteEncoderStage::run_band(const std::vector<const InputFrame*>& clip, int first, int end,
                                int worker, Encoded& encoded) {
  Scratch& scratch = scratch_[static_cast<std::size_t>(worker)];
  if (first > 0) {
    make_input_row(clip, 2 * first - 1, worker);
  } else {
    for (ByteMap& rows : scratch.rows) rows.clear();  // row -1, zeros
  }
  for (int y = first; y < end; ++y) {
    make_input_row(clip, 2 * y, worker);
    make_input_row(clip, 2 * y + 1, worker);
    for (std::size_t e = 0; e < scratch.rows.size(); ++e) {
      const std::uint8_t* source[kByteKernel];
      for (int k = 0; k < kByteKernel; ++k) {
        source[k] = scratch.rows[e].at((2 * y - 1 + k + kByteKernel) % kByteKernel, -1);
      }
      make_level_row(e, 0, y, source, worker, encoded);
    }
  }
}

void ByteEncoderStage::make_input_row(const std::vector<const InputFrame*>& clip, int y,
                                      int worker) {
  Scratch& scratch = scratch_[static_cast<std::size_t>(worker)];
  const std::int64_t frame_values = std::int64_t{shape_.grid_width} * shape_.frame_channels;
  for (std::size_t i = 0; i < clip.size(); ++i) {
    cpu::Quantisation frame;
    frame.values = clip[i]->row(y, scratch.patched.data(), kernels_);
    frame.pixels = shape_.grid_width;
    frame.channels = shape_.frame_channels;
    frame.scale = bytes_.frame.inverse.data();
    frame.zero = bytes_.frame.zero.data();
    frame.out = scratch.frames[i].at(0, 0);
    scratch.sources[i] = frame.out;
    clips_.add(frame_values, byte_kernels_.quantise(frame), worker);
  }
  const int zeros = weights_.config.clip - static_cast<int>(clip.size());
  for (std::size_t e = 0; e < bytes_.encoders.size(); ++e) {
    cpu::ByteConvolution row = bytes_.encoders[e].input.row(zeros);
    row.pixels = shape_.grid_width;
    row.source = scratch.sources.data();
    row.source_step = shape_.frame_channels;
    row.leak = kByteLeak;
    row.byte_out = scratch.rows[e].at(y % kByteKernel, 0);
    row.out_zero = bytes_.encoders[e].scales[0].zero.data();
    row.out_step = weights_.channels;
    clips_.add(std::int64_t{row.pixels} * weights_.channels, byte_kernels_.convolve_row(row),
               worker);
  }
}

void ByteEncoderStage::make_level_row(std::size_t e, std::size_t level, int y,
                                      const std::uint8_t* const* source, int worker,
                                      Encoded& encoded) {
  cpu::ByteConvolution row = bytes_.encoders[e].levels[level].row();
  row.source = source;
  row.source_step = std::ptrdiff_t{2} * weights_.channels;
  row.leak = kByteLeak;
  row.out_step = weights_.channels;
  if (level < encoded.byte_levels[e].size()) {
    ByteMap& out = encoded.byte_levels[e][level];
    row.pixels = out.width();
    row.byte_out = out.at(y, 0);
    row.out_zero = bytes_.encoders[e].scales[level + 1].zero.data();
    clips_.add(std::int64_t{row.pixels} * weights_.channels, byte_kernels_.convolve_row(row),
               worker);
  } else {
    Map& feature = encoded.levels[e].back();
    row.pixels = feature.width();
    row.out = feature.at(y, 0);
    byte_kernels_.convolve_row(row);
  }
}

void ByteEncoderStage::run_level(std::size_t level, Encoded& encoded) {
  const int encoders = static_cast<int>(bytes_.encoders.size());
  const int rows = shape_.grid_height >> (level + 1);
  pool_.run(encoders * rows, [&](int task, int worker) {
    const auto e = static_cast<std::size_t>(task / rows);
    const int y = task % rows;
    const std::uint8_t* source[kByteKernel];
    for (int k = 0; k < kByteKernel; ++k) {
      source[k] = encoded.byte_levels[e][level - 1].at(2 * y - 1 + k, -1);
    }
    make_level_row(e, level, y, source, worker, encoded);
  });
}

}  // namespace stip::engine
