#pragma once

#include <string>
#include <vector>

#include "evaluation.h"

namespace stip::training {

/// Pictures of a validation: of the clips where copying fails most, at the start where it fails
/// most, the truth, the prediction and its error at up to five horizons. Which starts these are
/// depends on the data alone, so strips of different iterations compare.
class ValidationStrips {
 public:
  struct Strip {
    std::string clip;  ///< name of its source
    std::int64_t start = 0;
    double copying_error = 0;
    Image picture;
  };

  /// To be called for each start evaluated.
  void add(const EvaluatedStart& start);

  /// At most three, one a clip, the one that copying fails at most first.
  const std::vector<Strip>& strips() const { return strips_; }

 private:
  std::vector<Strip> strips_;
};

}  // namespace stip::training
