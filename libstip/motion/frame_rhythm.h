#pragma once

#include <vector>

namespace stip {

/// Finds the frames of a stream that only repeat the one before, as rate converters and tired
/// cameras give them: a repeat says nothing of how fast things move, and taken for a frame of its
/// own it says that all has stopped. Where repeats come in a rhythm, tells when the next ones are
/// due. One thread at a time.
class FrameRhythm {
 public:
  enum class Kind {
    kNew,
    kRepeat,      ///< of the newest frame
    kAfterRepeat  ///< new, and it shows that the second frame of the stream only repeated the first
  };

  /// Takes in a frame that is not the first; `change`: its mean squared difference to the frame
  /// before, in levels^2.
  Kind next(double change);

  /// How many of the next k frames will be new: k, but where repeats come in a rhythm.
  int steps_ahead(int k) const;

  void clear();

 private:
  struct Seen {
    double change;
    bool repeat;
  };

  bool repeats(double change) const;
  int period() const;

  std::vector<Seen> seen_;  // newest last
};

}  // namespace stip
