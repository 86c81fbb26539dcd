#pragma once

#include <string>

#include "media/frame_rate.h"
#include "media/gst_support.h"
#include "media/image.h"

namespace stip::training {

/// A running pipeline `appsrc ! videoconvert ! <encoders> ! <sink>` fed with BGR pictures of one
/// size. One thread at a time; every error is thrown as kWriteFailed naming `shown_path` unless
/// said otherwise.
class EncodePipeline {
 public:
  /// `encoders` in gst-launch syntax. kMissingModule if an element of it is not installed. With the
  /// sink multifilesink `file` is a pattern as printf's (%d; %% for a percent sign), a file a
  /// frame.
  EncodePipeline(const std::string& encoders, const std::string& file,
                 const std::string& shown_path, int width, int height, FrameRate rate,
                 const std::string& sink = "filesink");
  ~EncodePipeline();
  EncodePipeline(const EncodePipeline&) = delete;
  EncodePipeline& operator=(const EncodePipeline&) = delete;

  /// Waits while the encoder is behind. The picture has the size given to the constructor.
  void push(const Image& picture);

  /// Ends the stream and waits until the file is complete.
  void finish();

 private:
  void wait_for_room();
  void check_bus();
  [[noreturn]] void fail(const PipelineError& error) const;

  std::string shown_path_;
  FrameRate rate_;
  std::uint64_t count_ = 0;
  ElementHandle pipeline_;
  ElementHandle source_;
  BusHandle bus_;
};

}  // namespace stip::training
