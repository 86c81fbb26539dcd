#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "data/clip_sample.h"

namespace stip::training {

struct LoaderOptions {
  int batch = 1;                     ///< samples of one next()
  int workers = 2;                   ///< threads; 0: samples are made inside next()
  int prefetch = 2;                  ///< batches made ahead, at least 1 (with workers)
  std::int64_t first_iteration = 0;  ///< where to start: resuming at k gives what follows k-1
  int rank = 0;                      ///< this process's share of each iteration, of
  int ranks = 1;                     ///< so many: rank r gets samples r*batch .. r*batch+batch-1
};

/// The samples of one iteration.
struct Batch {
  std::int64_t iteration = 0;
  std::vector<ClipSample> samples;
};

/// Makes batches ahead of their use, in threads. Iteration i has the samples numbered
/// (i * ranks + rank) * batch onwards, whatever the number of workers.
///
/// next() and the destructor belong to one thread; `make` is called from the workers, several at a
/// time. The destructor waits for the samples being made, no longer.
class Loader {
 public:
  using MakeSample = std::function<ClipSample(std::int64_t number)>;

  /// Starts working at once. kInvalidArgument for a number outside its range.
  Loader(MakeSample make, const LoaderOptions& options);
  ~Loader();
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  /// The next iteration's samples. What `make` threw for one of them is thrown here, when its turn
  /// comes; the loader then is at its end and throws the same again.
  Batch next();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace stip::training
