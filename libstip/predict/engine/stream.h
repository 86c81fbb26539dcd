#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "predict/engine/engine.h"
#include "stip/predictor.h"

namespace stip::engine {

/// One stream's place in the network (StreamRollout's twin): takes frames in, rolls predictions
/// out, in window or recurrent use. In window use the encoders' results of true frames are kept:
/// of a window only its oldest frames, which see zeros before them, are encoded anew.
class Stream {
 public:
  Stream(Engine& engine, StateMode mode, int context);

  /// Where the next frame's pixels are to be written before push().
  InputFrame& next_frame();
  void push();
  /// The prediction of the next frame takes its place. ready() must hold.
  void push_missing();
  bool ready() const { return pushed_ >= context_; }
  void reset();

  /// Who takes the predictions. Any may be empty.
  struct Take {
    /// As soon as rows y and y+1 of the patched prediction of horizon k are there, from any of the
    /// pool's threads.
    std::function<void(int k, int y, int worker, const Map& prediction)> rows;
    /// When all of it is there.
    std::function<void(int k, const Map& prediction)> after;
    /// PredictorOptions::given_up.
    std::function<bool()> given_up = {};
  };
  /// Predicts horizons 1..horizon. ready() must hold. The stream's own state stays as it was.
  /// Where horizons before `first` are wanted by nobody, and the last rollout from the same frames
  /// went that far, it goes on from there.
  void predict(int horizon, const Take& take, int first = 1);

 private:
  // A true frame of the window, and what the encoders made of it with its elders.
  struct Seen {
    explicit Seen(const Engine& engine) : frame(engine.make_frame()) {}
    InputFrame frame;
    Map temporal_feature;
    Map spatial_feature;
    bool encoded = false;
  };
  using Clip = std::vector<const InputFrame*>;

  std::unique_ptr<Seen> unused_seen();
  Clip clip_before(std::size_t end, std::size_t first) const;
  Clip clip_of_rollout(int predictions) const;
  void keep_features(Seen& seen);
  void push_recurrent();
  void run_window();
  void begin_rollout(const Take& take);
  void decode(int k, const InputFrame& newest, const Encoded& encoded, const Map& temporal,
              const Map& spatial, const Take& take);

  Engine& engine_;
  StateMode mode_;
  int context_;
  int clip_;
  int pushed_ = 0;

  std::deque<std::unique_ptr<Seen>> seen_;  // oldest first; what the window or the clip needs
  std::vector<std::unique_ptr<Seen>> spare_;
  std::unique_ptr<Seen> next_;

  CoreState stream_state_;  // kRecurrent: after the newest frame
  Encoded stream_encoded_;
  Map stream_spatial_;

  CoreState state_;  // of a rollout
  int rolled_ = 0;   // how far it went from the newest frame; 0: there is none
  Encoded encoded_;
  Encoded older_;  // kWindow: where frames that are not decoded are encoded
  const Map* spatial_ = nullptr;
  std::vector<InputFrame> predictions_;  // the newest clip_ of a rollout, in turn
};

}  // namespace stip::engine
