#include "property_specs.h"

#include "enums.h"
#include "settings.h"

namespace stip::gst {
namespace {

constexpr int kMaxThreads = 1024;  // what load_model() accepts
constexpr guint64 kHour = guint64{3600} * GST_SECOND;

constexpr auto kReadWrite = static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
constexpr auto kReadOnly = static_cast<GParamFlags>(G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
constexpr auto kReady = static_cast<GParamFlags>(kReadWrite | GST_PARAM_MUTABLE_READY);
constexpr auto kPlaying = static_cast<GParamFlags>(kReadWrite | GST_PARAM_MUTABLE_PLAYING);

void install_model_properties(GObjectClass* klass) {
  g_object_class_install_property(
      klass, kModel,
      g_param_spec_string(
          "model", "Model",
          "Path of a model file, or its name (small: looked for in STIP_MODEL_PATH, "
          "then in the installed data folder), or a built-in that needs no file "
          "(copy-last, flow, blend). Needed. Set while playing, it is loaded aside and taken "
          "between two "
          "frames; if it cannot be, the one before stays. "
          "Example: model=/home/me/street.safetensors",
          nullptr, kPlaying));
  g_object_class_install_property(
      klass, kDevice,
      g_param_spec_string("device", "Device",
                          "Where the network runs: auto (a usable GPU, else the CPU), cpu, cuda or "
                          "cuda:N. Example: device=cuda:1",
                          "auto", kReady));
  g_object_class_install_property(
      klass, kPrecision,
      g_param_spec_string("precision", "Precision",
                          "What the network computes with: fp32, int8 (a model that stip-train "
                          "calibrate has made ready for it), or auto, which measures what is fast "
                          "here. bf16 and fp16 are refused where the device has no code for them. "
                          "Example: precision=int8",
                          "auto", kReady));
  g_object_class_install_property(
      klass, kThreads,
      g_param_spec_int("threads", "Threads",
                       "CPU threads for the network; 0: as many as the machine has cores, with a "
                       "worker (async) one less of three or more, which is left to the rest of the "
                       "pipeline",
                       0, kMaxThreads, 0, kReady));
}

void install_predictor_properties(GObjectClass* klass) {
  g_object_class_install_property(
      klass, kState,
      g_param_spec_enum(
          "state", "State",
          "How the network's memory is used over the stream; the model file says what it was "
          "trained for, and auto follows it",
          gst_stip_predict_state_get_type(), static_cast<int>(StateChoice::kAuto), kReady));
  g_object_class_install_property(
      klass, kContext,
      g_param_spec_int("context", "Context",
                       "Frames that the first prediction is made from, and each in the window "
                       "state; 0: the model's own",
                       0, kMaxContext, 0, kReady));
  g_object_class_install_property(
      klass, kResize,
      g_param_spec_enum(
          "resize", "Resize", "How frames of a size that the model does not take are brought to it",
          gst_stip_predict_resize_get_type(), static_cast<int>(Resize::kAuto), kReady));
  g_object_class_install_property(
      klass, kAsync,
      g_param_spec_enum("async", "Asynchronous",
                        "Whether the network has a thread of its own, so that the video never "
                        "waits for it and frames that come too fast are skipped",
                        gst_stip_predict_async_get_type(), static_cast<int>(Async::kAuto), kReady));
}

void install_frame_properties(GObjectClass* klass) {
  g_object_class_install_property(
      klass, kHorizon,
      g_param_spec_int("horizon", "Horizon",
                       "How far ahead to predict, in frames: 1 is the next one. Example: horizon=5",
                       1, kMaxHorizon, 1, kPlaying));
  g_object_class_install_property(
      klass, kOutput,
      g_param_spec_enum(
          "output", "Output",
          "What leaves at src. Can be switched while playing. side-by-side shows beside each frame "
          "what was "
          "predicted for its time (with timestamps=source: from it); until there is a "
          "prediction, a copy",
          gst_stip_predict_output_get_type(), static_cast<int>(Output::kPredicted), kPlaying));
  g_object_class_install_property(
      klass, kTimestamps,
      g_param_spec_enum("timestamps", "Timestamps",
                        "When a prediction is shown. target: horizon frames later, at the time it "
                        "is for. source: with the frame it was made from, which makes up for "
                        "latency elsewhere",
                        gst_stip_predict_timestamps_get_type(),
                        static_cast<int>(Timestamps::kTarget), kPlaying));
  g_object_class_install_property(
      klass, kMaxGap,
      g_param_spec_uint64("max-gap", "Maximum gap",
                          "A hole in the input longer than this, in nanoseconds, makes the network "
                          "forget what was before it. Example: max-gap=500000000 (half a second)",
                          0, G_MAXINT64, GST_SECOND, kPlaying));
}

void install_gap_properties(GObjectClass* klass) {
  g_object_class_install_property(
      klass, kGapPolicy,
      g_param_spec_enum("gap-policy", "Gap policy",
                        "What becomes of the network's memory where frames are missing (a hole up "
                        "to max-gap) or marked as corrupted or as gaps (but not where a gap shows "
                        "the frame before once more, as those of videorate do)",
                        gst_stip_predict_gap_policy_get_type(),
                        static_cast<int>(GapPolicy::kRollout), kPlaying));
  g_object_class_install_property(
      klass, kOnError,
      g_param_spec_enum("on-error", "On error", "What happens when the network fails on a frame",
                        gst_stip_predict_on_error_get_type(), static_cast<int>(OnError::kError),
                        kPlaying));
}

void install_load_properties(GObjectClass* klass) {
  g_object_class_install_property(
      klass, kLatePolicy,
      g_param_spec_enum("late-policy", "Late policy",
                        "What becomes of frames that arrive while the network is busy (async)",
                        gst_stip_predict_late_policy_get_type(),
                        static_cast<int>(LatePolicy::kSkipOutput), kPlaying));
  g_object_class_install_property(
      klass, kInterval,
      g_param_spec_int("interval", "Interval",
                       "Predict from every N-th frame only; the network sees all of them. "
                       "Example: interval=5",
                       1, G_MAXINT, 1, kPlaying));
  g_object_class_install_property(
      klass, kQos,
      g_param_spec_boolean("qos", "QoS",
                           "Leave out predictions that downstream reports to come too late", TRUE,
                           kPlaying));
}

void install_latency_properties(GObjectClass* klass) {
  g_object_class_install_property(
      klass, kCompensate,
      g_param_spec_int64("compensate", "Compensate",
                         "Latency to make up for, in nanoseconds: the horizon is then chosen so "
                         "that a picture shown that much late, plus the network's own time, shows "
                         "its own moment (implies timestamps=source). -1: the pipeline's latency "
                         "plus display-delay; 0: off. Example: compensate=120000000",
                         kMeasuredLatency, G_MAXINT64, 0, kPlaying));
  g_object_class_install_property(
      klass, kDisplayDelay,
      g_param_spec_uint64("display-delay", "Display delay",
                          "With compensate=-1: what a display adds to the pipeline's latency, in "
                          "nanoseconds",
                          0, kHour, 0, kPlaying));
  g_object_class_install_property(
      klass, kMaxLatency,
      g_param_spec_uint64("max-latency", "Maximum latency",
                          "With async: the most that predictions may add to the pipeline's "
                          "latency, in nanoseconds; live ones that come later are skipped. "
                          "Default (the largest number): one frame",
                          0, G_MAXUINT64, GST_CLOCK_TIME_NONE, kPlaying));
  g_object_class_install_property(
      klass, kDrainTimeout,
      g_param_spec_uint64("drain-timeout", "Drain timeout",
                          "With async: how long EOS waits for predictions under way, in "
                          "nanoseconds",
                          0, kHour, 2 * GST_SECOND, kPlaying));
  g_object_class_install_property(
      klass, kLatencyEstimate,
      g_param_spec_uint64("latency-estimate", "Latency estimate",
                          "How long a prediction takes, in nanoseconds: 95 of 100 of the last 32 "
                          "took no longer",
                          0, G_MAXUINT64, 0, kReadOnly));
}

void install_telling_properties(GObjectClass* klass) {
  g_object_class_install_property(
      klass, kPostMessages,
      g_param_spec_boolean("post-messages", "Post messages",
                           "Post the element's own messages on the bus (stippredict-..., and "
                           "progress while a model loads)",
                           TRUE, kPlaying));
  g_object_class_install_property(
      klass, kStatsInterval,
      g_param_spec_uint64("stats-interval", "Statistics interval",
                          "How often the structure of `stats` is posted as an element message, in "
                          "nanoseconds, and at the end of the stream; 0: never. Predictions are "
                          "made for it where nobody sees them. Example: stats-interval=10000000000",
                          0, G_MAXINT64, 0, kPlaying));
  g_object_class_install_property(
      klass, kStats,
      g_param_spec_boxed("stats", "Statistics",
                         "Counters since the element left READY: frames-in = predicted + skipped; "
                         "skipped by cause (skipped-warm-up, -reordered, -segment-end, "
                         "-pass-through, -idle, -failed, -interval, -busy, -full, -qos, -late, "
                         "-flushed); concealed; concealed-late (frames whose place had been "
                         "filled); resets; qos-ignored; idle; bypassed; "
                         "anomaly-score; the time that one "
                         "prediction took in milliseconds (inference-p50-ms, inference-p95-ms); "
                         "for each horizon K horizon-K-compared, -psnr, -ssim, -psnr-copy-last and "
                         "-ssim-copy-last: how near predictions were to the frames that came, and "
                         "how near the newest frame was, shown instead. These cost time: they are "
                         "made with stats-interval or auto-bypass, and in the ten seconds after "
                         "each time that this is read",
                         GST_TYPE_STRUCTURE, kReadOnly));
}

void install_conceal_properties(GObjectClass* klass) {
  g_object_class_install_property(
      klass, kConcealWait,
      g_param_spec_int64("conceal-wait", "Concealment wait",
                         "With output=conceal in a live pipeline: how long after its time a frame "
                         "may still come, in nanoseconds, before a prediction takes its place; it "
                         "is added to the pipeline's latency. -1: half the time from frame to "
                         "frame. Example: conceal-wait=10000000",
                         kHalfAFrame, G_MAXINT64, kHalfAFrame, kPlaying));
  g_object_class_install_property(
      klass, kMaxConceal,
      g_param_spec_uint64("max-conceal", "Maximum concealment",
                          "With output=conceal: places up to this long after the last frame are "
                          "filled with predictions, in nanoseconds, later ones with the last "
                          "picture. Example: max-conceal=200000000",
                          0, G_MAXINT64, 500 * GST_MSECOND, kPlaying));
  g_object_class_install_property(
      klass, kRejoinFrames,
      g_param_spec_int("rejoin-frames", "Rejoin frames",
                       "With output=conceal: how many frames after a filled gap fade from what was "
                       "predicted for them to what they are; 0: none",
                       0, kMaxHorizon - 1, 2, kPlaying));
}

void install_judging_properties(GObjectClass* klass) {
  g_object_class_install_property(
      klass, kSceneChangeThreshold,
      g_param_spec_double("scene-change-threshold", "Scene change threshold",
                          "How unlike the frame before a frame must be for the network to forget "
                          "what it has seen, 0 (as before) to 1 (nothing in common); 0: never. 0.3 "
                          "to 0.4 finds cuts and no motion. Example: scene-change-threshold=0.35",
                          0, 1, 0, kPlaying));
  g_object_class_install_property(
      klass, kAnomalyThreshold,
      g_param_spec_double(
          "anomaly-threshold", "Anomaly threshold",
          "Score from which what comes counts as a surprise, and stippredict-anomaly messages tell "
          "its start, place and end; 0: never. Up to 1 a score is the share of normal frames that "
          "surprise less; 1.2 is a fifth more than any of them. Normal is what the model file was "
          "calibrated on, else the last 512 frames. Example: anomaly-threshold=1.2",
          0, 1000, 0, kPlaying));
  g_object_class_install_property(
      klass, kAutoBypass,
      g_param_spec_boolean("auto-bypass", "Automatic bypass",
                           "Show the newest frame instead of predictions that have been worse than "
                           "it for 5 seconds, until they have been better for 5 seconds; "
                           "stippredict-bypass messages tell",
                           FALSE, kPlaying));
}

}  // namespace

void install_property_specs(GObjectClass* klass) {
  install_model_properties(klass);
  install_predictor_properties(klass);
  install_frame_properties(klass);
  install_gap_properties(klass);
  install_load_properties(klass);
  install_latency_properties(klass);
  install_telling_properties(klass);
  install_judging_properties(klass);
  install_conceal_properties(klass);
  for (GType type :
       {gst_stip_predict_output_get_type(), gst_stip_predict_timestamps_get_type(),
        gst_stip_predict_state_get_type(), gst_stip_predict_resize_get_type(),
        gst_stip_predict_async_get_type(), gst_stip_predict_late_policy_get_type(),
        gst_stip_predict_gap_policy_get_type(), gst_stip_predict_on_error_get_type()}) {
    gst_type_mark_as_plugin_api(type, static_cast<GstPluginAPIFlags>(0));
  }
}

}  // namespace stip::gst
