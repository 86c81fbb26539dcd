#pragma once

#include <algorithm>

#include "base/frame_check.h"
#include "base/thread_pool.h"

namespace stip::cuda {

/// Copies pictures between a user's memory and pinned memory, large ones by a few threads: at 4K
/// one thread takes longer than the network does.
class PictureCopies {
 public:
  /// threads: at most so many; 0: as many as help.
  PictureCopies(std::size_t picture_bytes, int threads)
      : pool_(thread_count(picture_bytes, threads)) {}

  /// As copy_frame().
  void copy(const FrameView& from, const MutableFrameView& to) {
    const int bands = std::min(to.height, pool_.threads());
    pool_.run(bands, [&](int band, int) {
      const int first = to.height * band / bands;
      const int rows = to.height * (band + 1) / bands - first;
      copy_frame({from.data + first * from.stride, from.width, rows, from.stride, from.order},
                 {to.data + first * to.stride, to.width, rows, to.stride, to.order});
    });
  }

 private:
  static constexpr std::size_t kBytesOfThread = std::size_t{1} << 20;
  static constexpr int kMost = 4;  // more wait for memory

  static int thread_count(std::size_t picture_bytes, int threads) {
    const auto machine = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    const auto worthwhile = static_cast<int>(
        std::min<std::size_t>(kMost, std::max<std::size_t>(1, picture_bytes / kBytesOfThread)));
    return std::min({worthwhile, machine, threads > 0 ? threads : kMost});
  }

  ThreadPool pool_;
};

}  // namespace stip::cuda
