#pragma once

#include <atomic>
#include <string>
#include <utility>

#include "data/frame_source.h"

namespace stip::training {

/// Frames that say where they are from: blue = frame number, green = x, red = y. With `moving`, a
/// square of 8 pixels at (moving_x, 0) flickers from frame to frame (in green).
class FakeSource : public FrameSource {
 public:
  FakeSource(std::string name, std::int64_t count, int width = 16, int height = 12)
      : name_(std::move(name)), count_(count), width_(width), height_(height) {}

  const std::string& name() const override { return name_; }
  std::int64_t count() const override { return count_; }
  int width() const override { return width_; }
  int height() const override { return height_; }
  FrameRate frame_rate() const override { return {}; }
  std::vector<std::uint64_t> fingerprints() override { return {}; }
  FramePlace place(std::int64_t index) const override { return {name_, std::to_string(index)}; }

  std::vector<Image> read(const std::vector<std::int64_t>& indices) override {
    ++reads;
    frames_read += int(indices.size());
    std::vector<Image> images;
    for (const std::int64_t index : indices) images.push_back(frame(index));
    return images;
  }

  Image frame(std::int64_t index) const {
    Image image(width_, height_);
    for (int y = 0; y < height_; ++y) {
      for (int x = 0; x < width_; ++x) {
        std::uint8_t* pixel = image.pixels.data() + y * image.stride() + x * 3;
        const bool moves = moving_x >= 0 && x >= moving_x && x < moving_x + 8 && y < 8;
        pixel[0] = std::uint8_t(moving_x >= 0 ? 0 : index);
        pixel[1] = std::uint8_t(moves ? 100 + index * 20 : x);
        pixel[2] = std::uint8_t(y);
      }
    }
    return image;
  }

  int moving_x = -1;
  std::atomic<int> reads{0};
  std::atomic<int> frames_read{0};

 private:
  std::string name_;
  std::int64_t count_;
  int width_;
  int height_;
};

}  // namespace stip::training
