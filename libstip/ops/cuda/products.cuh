#pragma once

#include <mma.h>

#include "ops/cuda/numbers.h"

namespace stip::cuda {

/// The tile of a product that one block makes: kRows pixels by kColumns outputs, the depth in steps
/// of kDepth through shared memory, kStages of them on their way.
template <typename T, int kColumns_>
struct Tile {
  static constexpr int kThreads = 128;
  static constexpr int kRows = 64;
  static constexpr int kColumns = kColumns_;
  static constexpr int kDepth = 32;
  static constexpr int kVector = 16 / static_cast<int>(sizeof(T));  // values of one copy
  static constexpr int kStages = sizeof(T) == 2 ? 4 : 2;
  // 16 bytes more than needed: neighbouring rows begin in other banks.
  static constexpr int kLeftStep = kDepth + kVector;
  static constexpr int kRightStep = kColumns + kVector;
  static constexpr int kLeft = kRows * kLeftStep;
  static constexpr int kRight = kDepth * kRightStep;
  static constexpr int kSumsStep = kColumns + 4;
  static constexpr int kStageBytes = kStages * (kLeft + kRight) * static_cast<int>(sizeof(T));
  static constexpr int kSumsBytes = kRows * kSumsStep * 4;
  static constexpr int kBytes = kStageBytes > kSumsBytes ? kStageBytes : kSumsBytes;
};

/// A block's sums of products, in its threads' registers. All threads of a warp take part.
template <typename T, int kColumns>
class Product {
 public:
  using Size = Tile<T, kColumns>;

  __device__ Product() {
    for (int i = 0; i < kDown; ++i) {
      for (int j = 0; j < kAcross; ++j) nvcuda::wmma::fill_fragment(sums_[i][j], 0.0f);
    }
  }

  /// left: [rows][depth], right: [depth][columns], in shared memory. Rows from `rows` on and
  /// columns from `columns` on matter to nobody.
  __device__ void add(const T* left, const T* right, int rows, int columns) {
    if (first_row() >= rows || first_column() >= columns) return;
      // bfloat16 products begin with compute capability 8.0; the engine refuses them before that.
#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 800
    constexpr bool kHas = true;
#else
    constexpr bool kHas = sizeof(T) == 2 && !is_bfloat16(T());
#endif
    if constexpr (kHas) multiply(left, right);
  }

  /// To [rows][Size::kSumsStep] in shared memory.
  __device__ void store(float* to) const {
    for (int i = 0; i < kDown; ++i) {
      for (int j = 0; j < kAcross; ++j) {
        float* const place =
            to + (first_row() + i * kStep) * Size::kSumsStep + first_column() + j * kStep;
        nvcuda::wmma::store_matrix_sync(place, sums_[i][j], Size::kSumsStep,
                                        nvcuda::wmma::mem_row_major);
      }
    }
  }

 private:
  static constexpr int kStep = 16;
  static constexpr int kWarpsAcross = kColumns >= 64 ? 2 : 1;
  static constexpr int kWarpsDown = Size::kThreads / 32 / kWarpsAcross;
  static constexpr int kDown = Size::kRows / kWarpsDown / kStep;
  static constexpr int kAcross = kColumns / kWarpsAcross / kStep;

  static constexpr __host__ __device__ bool is_bfloat16(Bfloat16) { return true; }
  static constexpr __host__ __device__ bool is_bfloat16(Half) { return false; }

  __device__ static int warp() { return static_cast<int>(threadIdx.x) / 32; }
  __device__ static int first_row() { return warp() / kWarpsAcross * kDown * kStep; }
  __device__ static int first_column() { return warp() % kWarpsAcross * kAcross * kStep; }

  __device__ void multiply(const T* left, const T* right) {
    namespace wmma = nvcuda::wmma;
    for (int k = 0; k < Size::kDepth; k += kStep) {
      wmma::fragment<wmma::matrix_a, 16, 16, 16, T, wmma::row_major> a[kDown];
      wmma::fragment<wmma::matrix_b, 16, 16, 16, T, wmma::row_major> b[kAcross];
      for (int i = 0; i < kDown; ++i) {
        const T* const from = left + (first_row() + i * kStep) * Size::kLeftStep + k;
        wmma::load_matrix_sync(a[i], from, Size::kLeftStep);
      }
      for (int j = 0; j < kAcross; ++j) {
        const T* const from = right + k * Size::kRightStep + first_column() + j * kStep;
        wmma::load_matrix_sync(b[j], from, Size::kRightStep);
      }
      for (int i = 0; i < kDown; ++i) {
        for (int j = 0; j < kAcross; ++j) {
          wmma::mma_sync(sums_[i][j], a[i], b[j], sums_[i][j]);
        }
      }
    }
  }

  nvcuda::wmma::fragment<nvcuda::wmma::accumulator, 16, 16, 16, float> sums_[kDown][kAcross];
};

/// In single precision: a thread makes kDown x 4 sums.
template <int kColumns>
class Product<float, kColumns> {
 public:
  using Size = Tile<float, kColumns>;

  __device__ Product() {
    for (int i = 0; i < kDown; ++i) {
      for (int j = 0; j < 4; ++j) sums_[i][j] = 0;
    }
  }

  __device__ void add(const float* left, const float* right, int rows, int columns) {
    if (first_row() >= rows || first_column() >= columns) return;
    for (int k = 0; k < Size::kDepth; k += 4) {
      Four<float> b[4];
      for (int step = 0; step < 4; ++step) {
        b[step] = load_four(right + (k + step) * Size::kRightStep + first_column());
      }
      for (int i = 0; i < kDown; ++i) {
        const Four<float> a = load_four(left + (first_row() + i) * Size::kLeftStep + k);
        for (int step = 0; step < 4; ++step) {
          for (int j = 0; j < 4; ++j) sums_[i][j] += a.value[step] * b[step].value[j];
        }
      }
    }
  }

  __device__ void store(float* to) const {
    for (int i = 0; i < kDown; ++i) {
      store_four(to + (first_row() + i) * Size::kSumsStep + first_column(), sums_[i]);
    }
  }

 private:
  static constexpr int kThreadsAcross = kColumns / 4;
  static constexpr int kDown = Size::kRows * kThreadsAcross / Size::kThreads;

  __device__ static int first_row() {
    return static_cast<int>(threadIdx.x) / kThreadsAcross * kDown;
  }
  __device__ static int first_column() {
    return static_cast<int>(threadIdx.x) % kThreadsAcross * 4;
  }

  float sums_[kDown][4];
};

}  // namespace stip::cuda
