#pragma once

#include <gtest/gtest.h>

#include <cmath>

#include "libstip/cuda/cuda_networks.h"
#include "libstip/cuda/device_test.h"
#include "predict/cuda/cuda_stream.h"
#include "predict/cuda/self_check.h"
#include "predict/engine/picture_fit.h"
#include "predict/engine/stream.h"
#include "support/pictures.h"

namespace stip::test {

/// A network and how it is used.
struct Case {
  const char* name;
  ModelConfig config;
  StateMode state;
  int width;  // of the pictures; the network's own size for norm: layer
  int height;
};

/// The CPU's engine, which the readable network vouches for, over the same frames.
class Twin {
 public:
  Twin(const Case& c, const engine::NamedWeights& weights, int threads = 1)
      : pool_(threads),
        geometry_(fit_geometry(c.config, c.width, c.height, Resize::kAuto)),
        weights_(engine::make_network_weights(c.config, weights, pool_)),
        engine_(weights_, geometry_.network_height, geometry_.network_width, pool_),
        fit_(c.config, geometry_, engine_.shape(), pool_),
        stream_(engine_, c.state, c.config.context) {}

  void push(const FrameView& frame) {
    fit_.take(frame, stream_.next_frame());
    stream_.push();
  }
  void push_missing() { stream_.push_missing(); }
  void reset() { stream_.reset(); }

  // [grid][true channels] of each horizon.
  std::vector<std::vector<float>> predict_floats(int horizon) {
    std::vector<std::vector<float>> all;
    engine::Stream::Take take;
    take.after = [&](int, const engine::Map& prediction) {
      std::vector<float> values;
      for (int y = 0; y < prediction.height(); ++y) {
        for (int x = 0; x < prediction.width(); ++x) {
          const float* cell = prediction.at(y, x);
          values.insert(values.end(), cell, cell + weights_.config.frame_channels());
        }
      }
      all.push_back(values);
    };
    stream_.predict(horizon, take);
    return all;
  }

  std::vector<Picture> predict(int horizon) {
    std::vector<Picture> all(std::size_t(horizon), Picture(geometry_.width, geometry_.height));
    engine::Stream::Take take;
    take.after = [&](int k, const engine::Map& prediction) {
      const MutableFrameView to = all[std::size_t(k - 1)].mutable_view();
      if (fit_.scales()) return fit_.give(prediction, to);
      for (int y = 0; y < prediction.height(); y += 2) fit_.give_rows(prediction, y, 0, to);
    };
    stream_.predict(horizon, take);
    return all;
  }

  const FitGeometry& geometry() const { return geometry_; }

 private:
  ThreadPool pool_;
  FitGeometry geometry_;
  engine::NetworkWeights weights_;
  engine::Engine engine_;
  engine::PictureFit fit_;
  engine::Stream stream_;
};

/// The same values without padded channels.
inline std::vector<float> true_channels(const std::vector<float>& values, int step, int channels) {
  std::vector<float> result;
  for (std::size_t i = 0; i < values.size(); i += std::size_t(step)) {
    const auto cell = values.begin() + std::ptrdiff_t(i);
    result.insert(result.end(), cell, cell + channels);
  }
  return result;
}

/// 1e-4 of the largest value in single precision, so many dB below it in half.
template <typename T>
void compare(const std::vector<std::vector<float>>& truth,
             const std::vector<std::vector<float>>& found, double least = 45) {
  ASSERT_EQ(truth.size(), found.size());
  for (std::size_t k = 0; k < truth.size(); ++k) {
    ASSERT_EQ(found[k].size(), truth[k].size());
    if (sizeof(T) < sizeof(float)) {
      EXPECT_GE(cuda::agreement(truth[k], found[k]), least) << "horizon " << k + 1;
      continue;
    }
    double largest = 0, worst = 0;
    for (std::size_t i = 0; i < truth[k].size(); ++i) {
      ASSERT_FALSE(std::isnan(found[k][i])) << "horizon " << k + 1;
      largest = std::max(largest, std::abs(double(truth[k][i])));
      worst = std::max(worst, std::abs(double(found[k][i]) - double(truth[k][i])));
    }
    EXPECT_LE(worst, 1e-4 * largest) << "horizon " << k + 1 << ", largest " << largest;
  }
}

/// A stream on the device and its twin.
template <typename T>
class Pair {
 public:
  explicit Pair(const Case& c, int threads = 1, int multiprocessors = 4)
      : config_(c.config),
        named_(test::random_weights_and_norms(c.config)),
        twin(c, named_, threads),
        weights_(cuda::make_device_weights<T>(c.config, named_)),
        stream(weights_, twin.geometry(), c.state, c.config.context, multiprocessors) {}

  void push(const Picture& picture) {
    twin.push(picture.view());
    stream.push(picture.view());
  }
  /// [grid][true channels] of each horizon.
  std::vector<std::vector<float>> predict_floats(int horizon) {
    std::vector<std::vector<float>> all = stream.predict_floats(horizon);
    for (auto& one : all) {
      one = true_channels(one, stream.frame_channels(), config_.frame_channels());
    }
    return all;
  }
  void compare_floats(int horizon) {
    compare<T>(twin.predict_floats(horizon), predict_floats(horizon));
  }

 private:
  ModelConfig config_;
  engine::NamedWeights named_;

 public:
  Twin twin;

 private:
  cuda::DeviceWeights<T> weights_;

 public:
  cuda::CudaStream<T> stream;
};

}  // namespace stip::test
