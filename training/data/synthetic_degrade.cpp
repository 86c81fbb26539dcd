#include "data/synthetic_degrade.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "data/synthetic_random.h"

namespace stip::training {
namespace {

constexpr int kNormalBits = 12;

// Quantiles of the normal distribution, to be drawn from by number.
const std::array<float, 1 << kNormalBits>& normal_table() {
  static const auto table = [] {
    std::array<float, 1 << kNormalBits> values{};
    double z = -3.8;  // Newton's method from one quantile to the next
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double wanted = (double(i) + 0.5) / double(values.size());
      for (int step = 0; step < 30; ++step) {
        const double density = 0.3989422804014327 * std::exp(-0.5 * z * z);
        const double change = (0.5 * std::erfc(-z * 0.7071067811865476) - wanted) / density;
        z -= std::clamp(change, -0.5, 0.5);
        if (std::abs(change) < 1e-9) break;
      }
      values[i] = float(z);
    }
    return values;
  }();
  return table;
}

// Five draws from one number.
class Normal {
 public:
  explicit Normal(RandomStream& random) : random_(random), table_(normal_table()) {}
  float next() {
    if (left_ == 0) {
      bits_ = random_.bits();
      left_ = 64 / kNormalBits;
    }
    const float value = table_[bits_ & ((1 << kNormalBits) - 1)];
    bits_ >>= kNormalBits;
    --left_;
    return value;
  }

 private:
  RandomStream& random_;
  const std::array<float, 1 << kNormalBits>& table_;
  std::uint64_t bits_ = 0;
  int left_ = 0;
};

}  // namespace

Sensor random_sensor(RandomStream& random, bool moving) {
  Sensor sensor;
  const double noise = random.uniform(), drift = random.uniform(), flicker = random.uniform();
  if (chance(random, 0.75)) sensor.noise = 6 * noise * noise;
  if (chance(random, 0.12) && moving) sensor.drift = 0.04 * drift - 0.02;
  if (chance(random, 0.08) && moving) sensor.flicker = 0.04 * flicker;
  return sensor;
}

Image expose(const Texture& frame, const Sensor& sensor, int t, RandomStream& random) {
  const double flicker = sensor.flicker * between(random, -1, 1);
  const float gain = float(std::clamp(1 + sensor.drift * t, 0.5, 2.0) * (1 + flicker));
  const float variance = float(sensor.noise * sensor.noise);
  Normal normal(random);
  Image image(frame.width, frame.height);
  std::uint8_t* to = image.pixels.data();
  for (const Texel& texel : frame.texels) {
    for (int c = 0; c < 3; ++c) {
      float value = std::clamp(gain * texel.lanes[c], 0.0f, 255.0f);
      if (variance > 0) {
        value += std::sqrt(variance * (0.4f + value * (1.2f / 255))) * normal.next();
      }
      *to++ = std::uint8_t(std::clamp(value + 0.5f, 0.0f, 255.0f));
    }
  }
  return image;
}

Codec random_codec(RandomStream& random) {
  const bool any = random.coin(), jpeg = chance(random, 0.3);
  const int quality = int(between(random, 25, 92)), quantizer = int(between(random, 20, 39));
  const int key_frames = int(log_between(random, 12, 120)), b_frames = int(random.below(3));
  if (!any) return {};
  if (jpeg) {
    return {fmt::format("video/x-raw,format=I420,colorimetry=1:4:0:0 ! jpegenc quality={} ! avimux",
                        quality),
            ".avi"};
  }
  return {fmt::format("video/x-raw,format=I420 ! x264enc pass=quant quantizer={} threads=1 "
                      "speed-preset=veryfast key-int-max={} bframes={} ! video/x-h264,profile=high "
                      "! h264parse ! matroskamux",
                      quantizer, key_frames, b_frames),
          ".mkv"};
}

}  // namespace stip::training
