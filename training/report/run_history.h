#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace stip::training {

/// One value of a curve.
struct CurvePoint {
  std::int64_t iteration = 0;  ///< iterations done by then
  double value = 0;
};
using Curve = std::vector<CurvePoint>;

/// The curves of a run, as its log tells them: every number of a record under its own key
/// (`frame`, `rate`, ...), a validation's figures as `validation/psnr/K` and
/// `validation/copy_last/K`, K the horizon from 1. Its memory is bounded: long curves are thinned.
class RunHistory {
 public:
  using Scalars = std::map<std::string, double>;

  /// The numbers of one log record by the names above, without its iteration.
  static Scalars scalars(const nlohmann::ordered_json& record);

  /// When it was made. In the log an iteration's record has its number, from 0, and a validation's
  /// the number of iterations before it.
  static std::int64_t iterations_done(const nlohmann::ordered_json& record);

  void add(std::int64_t done, const Scalars& scalars);

  /// Takes in a log's records of the first `end` iterations: those a killed run wrote after the
  /// checkpoint that is continued from are about to be made again. Broken lines (a full disk, a
  /// kill) and a missing file are passed over.
  void read_log(const std::string& path, std::int64_t end);

  /// Empty if there is no such curve.
  const Curve& curve(const std::string& name) const;

  /// Horizons of the newest validation, 0 without one.
  int horizons() const;

 private:
  std::map<std::string, Curve> curves_;
};

}  // namespace stip::training
