#include "predict/engine/choose_precision.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <vector>

#include "ops/cpu/byte_kernels.h"
#include "predict/engine/buffer.h"
#include "stip/error.h"

namespace stip::engine {
namespace {

// A row of a 3x3 level with 64 channels; values do not change the time.
constexpr int kPixels = 32, kSegments = 3, kChannels = 64, kDepth = 3 * kChannels;
constexpr int kValues = kPixels * kChannels + kDepth;
constexpr int kWeights = kSegments * kDepth * kChannels;
constexpr int kTries = 12;

template <typename Work>
double best_seconds(Work&& work) {
  double best = std::numeric_limits<double>::max();
  for (int i = 0; i < kTries; ++i) {
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
    best = std::min(best, passed.count());
  }
  return best;
}

double measure_fp32() {
  const Buffer source(kValues), weights(kWeights);
  Buffer out(kPixels * kChannels);
  const float* sources[kSegments] = {source.data(), source.data(), source.data()};
  cpu::RowConvolution row;
  row.pixels = kPixels;
  row.segments = kSegments;
  row.depth = kDepth;
  row.panels = kChannels / cpu::kPanel;
  row.source = sources;
  row.source_step = kChannels;
  row.weights = weights.data();
  row.panel_step = kSegments * kDepth * cpu::kPanel;
  row.leak = 0.2f;
  row.out = out.data();
  row.out_step = kChannels;
  return best_seconds([&] { cpu::kernels().convolve_row(row); });
}

double measure_int8() {
  const std::vector<std::uint8_t> source(kValues);
  const std::vector<std::int8_t> weights(kWeights);
  const Buffer zeros(kChannels);
  std::vector<std::uint8_t> out(kPixels * kChannels);
  const std::uint8_t* sources[kSegments] = {source.data(), source.data(), source.data()};
  cpu::ByteConvolution row;
  row.pixels = kPixels;
  row.segments = kSegments;
  row.depth = kDepth;
  row.panels = kChannels / cpu::kPanel;
  row.source = sources;
  row.source_step = kChannels;
  row.weights = weights.data();
  row.panel_step = kSegments * kDepth * cpu::kPanel;
  row.scale = row.bias = row.out_zero = zeros.data();
  row.leak = 0.2f;
  row.byte_out = out.data();
  row.out_step = kChannels;
  return best_seconds([&] { cpu::byte_kernels().convolve_row(row); });
}

[[noreturn]] void refuse_half(Precision wanted) {
  const bool bf16 = wanted == Precision::kBf16;
  throw Error(ErrorCode::kNoDevice,
              std::string("precision ") + precision_name(wanted) +
                  " is not available on the CPU: it pays only with " +
                  (bf16 ? "AMX" : "AVX512-FP16") +
                  ", for which this version has no kernels; use auto, fp32 or int8");
}

}  // namespace

double int8_speed() {
  static const double speed = measure_fp32() / measure_int8();
  return speed;
}

Precision choose_precision(Precision wanted, const std::string& model, bool calibrated) {
  switch (wanted) {
    case Precision::kAuto:
      return calibrated && int8_speed() >= kWorthwhile ? Precision::kInt8 : Precision::kFp32;
    case Precision::kFp32:
      return wanted;
    case Precision::kInt8:
      if (calibrated) return wanted;
      throw Error(ErrorCode::kInvalidArgument,
                  "precision int8 needs a calibrated model, and " + model +
                      " has no ranges in it; make them with stip-train calibrate, or use auto or "
                      "fp32");
    case Precision::kBf16:
    case Precision::kFp16:
      break;
  }
  refuse_half(wanted);
}

}  // namespace stip::engine
