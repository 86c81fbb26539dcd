#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "media/gst_support.h"

namespace stip::training {

/// A running decoder of a file's first video stream, frames as the decoder makes them (colours not
/// converted), as fast as they are pulled. Other streams are not decoded. One thread at a time.
class DecodePipeline {
 public:
  /// Errors: check_readable_file(), kMissingModule; what is in the file shows in pull().
  DecodePipeline(const std::string& path, double time_limit);
  ~DecodePipeline();
  DecodePipeline(const DecodePipeline&) = delete;
  DecodePipeline& operator=(const DecodePipeline&) = delete;

  /// The next frame; nullptr at the end. Errors as index_video().
  SampleHandle pull();

  /// The container can seek by time (asked of a running pipeline: after the first pull()).
  bool seekable() const;

  /// How long the container says that it is, nanoseconds, of a running pipeline; 0: it does not
  /// say.
  std::uint64_t duration() const;

  /// Continues with the first frame shown at `time` (nanoseconds) or later, the decoder started at
  /// the key frame before. False if the container refuses.
  bool seek(std::uint64_t time);

 private:
  struct Streams {
    std::atomic<bool> all_known{false};
    std::atomic<bool> has_video{false};
    GstElement* sink = nullptr;  // the pipeline's; outlives the signals
  };

  static gboolean continue_plugging(GstElement*, GstPad*, GstCaps* caps, gpointer);
  static void link_video(GstElement*, GstPad* pad, gpointer streams);
  static void know_all(GstElement*, gpointer streams);

  void build();
  void check_bus();
  void check_demuxer() const;
  void note_missing_plugin(GstMessage* message);
  [[noreturn]] void fail(const PipelineError& error) const;
  [[noreturn]] void fail_without_video() const;
  [[noreturn]] void fail_silent();

  std::string path_;
  double time_limit_;
  std::string missing_decoder_;
  ElementHandle pipeline_;
  BusHandle bus_;
  Streams* streams_ = nullptr;  // owned by the pipeline: its signals may come as long as it lives
};

}  // namespace stip::training
