#pragma once

#include "ops/cpu/kernels.h"

namespace stip::cpu::reference {

/// What the kernels compute, in plain loops and double precision: the definition of right for
/// every instruction set. Winograd's tiles are a way to compute; what they must amount to is
/// convolve_5x5().

void convolve_row(const RowConvolution& row);

/// A 5x5 convolution with padding 2: source [height][width][channels] without a border, weights
/// [to][channels][5][5], out [height][width][to].
struct Convolution5x5 {
  const float* source = nullptr;
  int height = 0;
  int width = 0;
  int channels = 0;
  const float* weights = nullptr;
  const float* bias = nullptr;
  int to = 0;
  float* out = nullptr;
};
void convolve_5x5(const Convolution5x5& convolution);

Sums sums(const float* values, std::ptrdiff_t count);
void gate_update(const GateUpdate& update);
void patch_row(const PatchRow& row);
void unpatch_row(const UnpatchRow& row);
void read_pixels(const PixelReads& reads);
void read_bytes(const ByteReads& reads);
void read_vectors(const VectorReads& reads);
void lead_pixels(const PixelLeads& leads);
void mix_row(const MixRow& row);
void sharpen_row(const SharpenRow& row);
void pack_pixels(const PackPixels& pixels);

}  // namespace stip::cpu::reference
