#pragma once

#include <deque>
#include <map>

#include "motion/frame_rhythm.h"
#include "motion/learnt.h"
#include "motion/mixture.h"
#include "motion/motion_history.h"

namespace stip {

/// A stream as the network of `output: motion` sees it: the newest frames, how they move, and how
/// well each source would have predicted the frames seen (motion/evidence.h). For every horizon it
/// makes the network's input and mixes a prediction from the network's answer. The same code serves
/// training and the engine, so that both see the same numbers. A frame that only repeats the one
/// before takes its place. One thread at a time; the work is shared out over the pool.
class MotionStream {
 public:
  struct Options {
    int width = 0;  ///< of the frames, at least 1
    int height = 0;
    int context = 4;  ///< frames kept, at least 1
    /// Sharpening::amount of predict(). Not in training, which counts what was mixed.
    float sharpen = 0;
  };
  MotionStream(const Options& options, ThreadPool& pool);

  void push(const FrameView& frame);
  void clear();

  int columns() const { return cells_along(options_.width); }
  int rows() const { return cells_along(options_.height); }

  /// Whether there is anything to learn from: three frames. Without, predictions follow the flow
  /// (two frames) or copy (one), and no network is to be asked.
  bool learns() const { return frames_.size() >= 3; }

  /// Horizons count steps from one frame to the next that is not a repeat: which of them shows what
  /// the k-th frame to come will (FrameRhythm). 0: the newest frame.
  int steps_ahead(int k) const { return rhythm_.steps_ahead(k); }

  /// Makes what is known of horizon k (1, 2, ...; others are not needed for it), unless it is since
  /// the last push(). At least one frame must have been pushed.
  void plan(int k);

  /// The network's input for a planned horizon; learns() must hold. Cell (row, column) goes to
  /// out + row * row_step + column * kMotionChannels; CellChannel says what is where.
  void features(int k, float* out, std::ptrdiff_t row_step);

  /// Takes the network's answer for a planned horizon (null: none, the closed form alone).
  void answer(int k, const float* channels, std::ptrdiff_t row_step);
  bool answered(int k) const;

  /// The prediction of horizon k as answered (0: the newest frame); 8-bit, or not rounded.
  void predict(int k, const MutableFrameView& future);
  void predict(int k, FloatPicture* future);

  /// The gradient of what was answered for horizon k (`channels`, as given to answer()), [rows,
  /// columns, kMotionChannels], from that of its prediction.
  void gradient(int k, const float* channels, std::ptrdiff_t row_step, const FloatPicture& future,
                float* out);

 private:
  struct Frame {
    SmoothedPicture picture;
    CellField flow;        ///< to the frame before; none of the oldest
    FloatPicture history;  ///< make_history(); none of the oldest
    CellField change;      ///< flow_change(); none of the two oldest
    float pace = 0;        ///< pace_change(); 0 of the two oldest
  };
  struct Horizon {
    bool planned = false;
    bool answered = false;
    MotionPlan plan;
    Mixture mixture;
  };

  void forget_newest();
  void forget_frame(std::deque<Frame>::iterator place);
  template <typename Which>
  void forget_tests(const Which& which);  // those for which `which(target, steps)`

  Frame& frame(std::int64_t number) {
    return frames_[static_cast<std::size_t>(number - history_.oldest())];
  }
  // Of frames seen, without history: tests outlast the frames that went into it.
  SourcePictures pictures_of(std::int64_t base);
  SourcePictures pictures_of_newest();
  const SourceTest& test(std::int64_t target, int steps) { return test(target, steps, pool_); }
  const SourceTest& test(std::int64_t target, int steps, ThreadPool& pool);
  void test_ahead(const std::vector<int>& horizons);
  // Lengths of steps, in that of the step to `base` (the newest frame): 1, unless they are uneven.
  bool uneven_ = false;
  void find_unevenness();
  float pace(std::int64_t first, std::int64_t last, std::int64_t unit);
  void weigh(MotionPlan* plan);
  void describe_unmoved();
  MixPictures mix_pictures() { return {pictures_of_newest(), &unmoved_sources_}; }
  template <typename Put>
  void mix(int k, const Put& put);

  Options options_;
  ThreadPool& pool_;
  ThreadPool alone_{1};  // for what one thread does while another makes the optical flow
  FrameRhythm rhythm_;
  MotionHistory history_;
  std::deque<Frame> frames_;
  std::vector<Frame> spare_frames_;
  /// By (target frame, steps back to its base).
  std::map<std::pair<std::int64_t, int>, SourceTest> tests_;

  std::vector<SourceTest> spare_tests_;
  Displacements test_displacements_;

  struct Lesson {
    bool made = false;
    Learnt learnt;
  };
  std::vector<Lesson> learnt_;  // of the newest frame, by the longest step that was tested
  const Learnt& learn(int k);
  int longest_test(int k) const;
  std::map<int, Horizon> horizons_;    // kept for their memory
  std::vector<int> forget_horizons();  // returns those that were planned
  bool ready_to_plan_ = false;
  void prepare_plans();  // what all horizons share
  // Of the newest frame: how its flow changed, smoothed for displacements; how it had changed a
  // frame before (0: not known); how well the accelerated source predicted it, as a feature.
  CellField smooth_change_;
  CellField change_before_;
  std::vector<float> accelerated_error_;
  void find_changes();
  UnmovedSources unmoved_sources_;
  std::vector<float> unmoved_features_;  // those that are the same at every horizon, the others 0
};

}  // namespace stip
