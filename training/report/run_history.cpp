#include "report/run_history.h"

#include <fstream>
#include <nlohmann/json.hpp>

namespace stip::training {
namespace {

using Json = nlohmann::ordered_json;

// A chart has some hundred pixels; twice as many points as this and every second one goes.
constexpr std::size_t kMostPoints = 20000;

}  // namespace

RunHistory::Scalars RunHistory::scalars(const Json& record) {
  Scalars scalars;
  for (const auto& [key, value] : record.items()) {
    if (value.is_number() && key != "iteration") scalars[key] = value.get<double>();
  }
  const auto validation = record.find("validation");
  if (validation == record.end()) return scalars;
  for (const Json& horizon : *validation) {
    const std::string k = std::to_string(horizon.at("k").get<int>());
    scalars["validation/psnr/" + k] = horizon.at("psnr").get<double>();
    scalars["validation/copy_last/" + k] = horizon.at("copy_last").get<double>();
  }
  return scalars;
}

std::int64_t RunHistory::iterations_done(const Json& record) {
  return record.at("iteration").get<std::int64_t>() + (record.contains("validation") ? 0 : 1);
}

void RunHistory::add(std::int64_t done, const Scalars& scalars) {
  for (const auto& [name, value] : scalars) {
    Curve& curve = curves_[name];
    while (!curve.empty() && curve.back().iteration >= done) curve.pop_back();
    curve.push_back({done, value});
    if (curve.size() < 2 * kMostPoints) continue;
    for (std::size_t i = 0; i < kMostPoints; ++i) curve[i] = curve[2 * i + 1];
    curve.resize(kMostPoints);
  }
}

void RunHistory::read_log(const std::string& path, std::int64_t end) {
  std::ifstream log(path);
  for (std::string line; std::getline(log, line);) {
    const Json record = Json::parse(line, nullptr, false);
    if (!record.is_object() || !record.contains("iteration")) continue;
    try {
      const std::int64_t done = iterations_done(record);
      if (done <= end) add(done, scalars(record));
    } catch (const Json::exception&) {  // somebody edited it
    }
  }
}

const Curve& RunHistory::curve(const std::string& name) const {
  static const Curve none;
  const auto found = curves_.find(name);
  return found == curves_.end() ? none : found->second;
}

int RunHistory::horizons() const {
  int count = 0;
  while (!curve("validation/psnr/" + std::to_string(count + 1)).empty()) ++count;
  return count;
}

}  // namespace stip::training
