#pragma once

#include <gst/gst.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "media/gst_support.h"
#include "media/image.h"
#include "media/video_reader.h"
#include "media/video_writer.h"
#include "stip/error.h"
#include "support/temporary_folder.h"

namespace stip::training {

using test::TemporaryFolder;

/// A picture like no other number's: a gradient with a square that moves.
inline Image numbered_picture(int number, int width = 32, int height = 24) {
  Image image(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      std::uint8_t* pixel = image.pixels.data() + y * image.stride() + x * 3;
      const bool square = (x + width - number * 2 % width) % width < 6 && y > 4 && y < 12;
      pixel[0] = std::uint8_t(number * 5);
      pixel[1] = std::uint8_t(square ? 250 : x * 3);
      pixel[2] = std::uint8_t(y * 7);
    }
  }
  return image;
}

inline std::vector<Image> numbered_pictures(int count, int width = 32, int height = 24) {
  std::vector<Image> images;
  for (int i = 0; i < count; ++i) images.push_back(numbered_picture(i, width, height));
  return images;
}

inline void write_frames(FrameWriter& writer, const std::vector<Image>& frames) {
  for (const Image& frame : frames) writer.write(frame.view());
  writer.finish();
}

/// .avi: lossless.
inline std::string write_video(const std::string& path, const std::vector<Image>& frames,
                               FrameRate rate = {25, 1}) {
  write_frames(*open_video_writer(path, rate), frames);
  return path;
}

/// Runs a gst-launch line to its end.
inline void run_pipeline(const std::string& line) {
  ensure_gstreamer();
  GError* error = nullptr;
  GstElement* parsed = gst_parse_launch(line.c_str(), &error);
  ASSERT_EQ(error, nullptr) << error->message;
  const ElementHandle pipeline(parsed);
  gst_element_set_state(parsed, GST_STATE_PLAYING);
  const BusHandle bus(gst_element_get_bus(parsed));
  const MessageHandle message(gst_bus_timed_pop_filtered(
      bus.get(), 60 * GST_SECOND, GstMessageType(GST_MESSAGE_ERROR | GST_MESSAGE_EOS)));
  gst_element_set_state(parsed, GST_STATE_NULL);
  ASSERT_TRUE(message && GST_MESSAGE_TYPE(message.get()) == GST_MESSAGE_EOS) << line;
}

inline std::vector<Image> read_all(const std::string& path) {
  std::vector<Image> images;
  VideoReader reader(path);
  while (auto frame = reader.read()) images.push_back(std::move(frame->image));
  return images;
}

inline void write_text(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

/// Keeps the first `bytes` of a file.
inline void cut_file(const std::string& path, std::uintmax_t bytes) {
  std::filesystem::resize_file(path, bytes);
}

/// The code of what `body` throws; fails the test if it throws nothing. `says`: part of the
/// message.
template <typename Body>
void expect_error(ErrorCode code, const std::string& says, Body body) {
  try {
    body();
    ADD_FAILURE() << "nothing was thrown, expected: " << says;
  } catch (const Error& error) {
    EXPECT_EQ(int(error.code()), int(code)) << error.what();
    EXPECT_NE(std::string(error.what()).find(says), std::string::npos) << error.what();
  }
}

}  // namespace stip::training
