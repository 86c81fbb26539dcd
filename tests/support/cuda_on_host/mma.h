#pragma once

#include "support/cuda_on_host/cuda_bf16.h"
#include "support/cuda_on_host/cuda_fp16.h"
#include "support/cuda_on_host/cuda_runtime.h"

// CUDA's matrix products of a warp (16x16x16, fp32 sums), on the host. Each lane holds what it
// needs for half a row of the result.
namespace nvcuda::wmma {

struct matrix_a {};
struct matrix_b {};
struct accumulator {};
struct row_major {};
enum layout_t { mem_row_major, mem_col_major };

template <typename Use, int m, int n, int k, typename T, typename Layout = void>
struct fragment;
template <typename T>
struct fragment<matrix_a, 16, 16, 16, T, row_major> {
  float row[16];
};
template <typename T>
struct fragment<matrix_b, 16, 16, 16, T, row_major> {
  float part[16][8];
};
template <>
struct fragment<accumulator, 16, 16, 16, float, void> {
  float x[8];
};
using Sums = fragment<accumulator, 16, 16, 16, float, void>;

inline float widen(__half value) { return __half2float(value); }
inline float widen(__nv_bfloat16 value) { return __bfloat162float(value); }
inline int row_of_lane() { return stip::cuda_on_host::lane() / 2; }
inline int first_column_of_lane() { return stip::cuda_on_host::lane() % 2 * 8; }

/// Ends the program where a real device would fault: 32-byte alignment, steps of 16 bytes.
void check_matrix(const void* first, unsigned step_bytes);

inline void fill_fragment(Sums& sums, float value) {
  for (float& one : sums.x) one = value;
}

template <typename T>
void load_matrix_sync(fragment<matrix_a, 16, 16, 16, T, row_major>& a, const T* from,
                      unsigned step) {
  check_matrix(from, step * sizeof(T));
  const T* const row = from + row_of_lane() * static_cast<int>(step);
  for (int i = 0; i < 16; ++i) a.row[i] = widen(row[i]);
}

template <typename T>
void load_matrix_sync(fragment<matrix_b, 16, 16, 16, T, row_major>& b, const T* from,
                      unsigned step) {
  check_matrix(from, step * sizeof(T));
  from += first_column_of_lane();
  for (int i = 0; i < 16; ++i) {
    for (int j = 0; j < 8; ++j) b.part[i][j] = widen(from[i * static_cast<int>(step) + j]);
  }
}

template <typename T>
void mma_sync(Sums& to, const fragment<matrix_a, 16, 16, 16, T, row_major>& a,
              const fragment<matrix_b, 16, 16, 16, T, row_major>& b, const Sums& from) {
  float sums[8];
  for (int j = 0; j < 8; ++j) sums[j] = from.x[j];
  for (int i = 0; i < 16; ++i) {
    for (int j = 0; j < 8; ++j) sums[j] += a.row[i] * b.part[i][j];
  }
  for (int j = 0; j < 8; ++j) to.x[j] = sums[j];
}

inline void store_matrix_sync(float* to, const Sums& sums, unsigned step, layout_t) {
  check_matrix(to, step * sizeof(float));
  to += row_of_lane() * static_cast<int>(step) + first_column_of_lane();
  for (int j = 0; j < 8; ++j) to[j] = sums.x[j];
}

}  // namespace nvcuda::wmma
