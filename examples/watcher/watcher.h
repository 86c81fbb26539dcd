#pragma once

#include <gst/gst.h>

#include <memory>
#include <string>

#include "failure.h"

namespace watcher {

struct Options {
  std::string source;  ///< URI or path
  std::string record;  ///< Matroska file; empty: nothing is recorded
  std::string model = "small";
  double threshold = 1.2;
};

/// Watches one video:
///
///   source ! parser ! tee ! queue ! muxer ! file            the stream as it came, never decoded
///                     tee ! queue ! decoder ! stippredict   alarms on the bus
///
/// One thread, with the default main context.
class Watcher {
 public:
  /// Throws Failure.
  explicit Watcher(const Options& options);
  ~Watcher();
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  /// Prints JSON lines until the video is over, or interrupt() has been called and what was
  /// recorded is complete. Throws Failure.
  void run();
  /// Ends the recording in order; a second time, or without an end within five seconds, at once.
  void interrupt();

 private:
  GstElement* add(const char* factory);
  void record(const std::string& path);
  void link_parsed(GstPad* pad);
  GstElement* parser_for(const GstCaps* caps);
  void handle(GstMessage* message);
  void finish(const std::string& failure = "");
  guint64 frames() const;

  static void source_pad(GstElement*, GstPad* pad, gpointer self);
  static void parsed_pad(GstElement*, GstPad* pad, gpointer self);
  static gboolean bus_message(GstBus*, GstMessage* message, gpointer self);
  static gboolean gave_up(gpointer self);

  const Options options_;
  GstElement* pipeline_ = nullptr;
  GstElement* parse_ = nullptr;
  GstElement* tee_ = nullptr;
  GstElement* record_queue_ = nullptr;  // null: nothing is recorded
  GstElement* muxer_ = nullptr;
  GstElement* predict_ = nullptr;
  GMainLoop* loop_ = nullptr;
  bool recording_ = false;
  bool interrupted_ = false;
  int alarms_ = 0;
  std::string failure_;
};

}  // namespace watcher
