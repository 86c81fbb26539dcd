#include "predict/context.h"

#include "base/frame_check.h"

namespace stip {

int checked_context(const PredictorOptions& options, const ModelInfo& info) {
  if (options.width < 1 || options.height < 1) {
    throw Error(ErrorCode::kInvalidArgument, "frames of " + std::to_string(options.width) + "x" +
                                                 std::to_string(options.height) +
                                                 " cannot be predicted; both must be at least 1");
  }
  const int context = options.context == 0 ? info.context : options.context;
  if (context < 1 || context > kMaxContext) {
    throw Error(ErrorCode::kInvalidArgument,
                "context " + std::to_string(options.context) + " is out of range; give 1 to " +
                    std::to_string(kMaxContext) + ", or 0 for the model's own");
  }
  return context;
}

ModelInfo describe_network(const ModelConfig& config, const std::string& name) {
  ModelInfo info;
  info.name = name;
  info.context = config.context;
  info.state = config.state;
  info.multiple = config.multiple();
  if (config.norm == Norm::kLayer) {
    info.width = config.width;
    info.height = config.height;
  }
  return info;
}

namespace {

void check_horizon(std::size_t horizon) {
  if (horizon >= 1 && horizon <= static_cast<std::size_t>(kMaxHorizon)) return;
  throw Error(ErrorCode::kInvalidArgument, "horizon " + std::to_string(horizon) +
                                               " is out of range; give 1 to " +
                                               std::to_string(kMaxHorizon));
}

}  // namespace

void check_futures(const std::vector<DeviceFrame>& futures, int width, int height) {
  check_horizon(futures.size());
  for (const DeviceFrame& future : futures) {
    if (future.component[0].data != nullptr) check_frame(future, width, height);
  }
}

void check_futures(const std::vector<MutableFrameView>& futures, int width, int height) {
  check_horizon(futures.size());
  for (const MutableFrameView& future : futures) {
    if (future.data != nullptr) check_frame(future, width, height);
  }
}

void check_ready(const Predictor& predictor, const char* call) {
  if (predictor.ready()) return;
  throw Error(ErrorCode::kInvalidArgument, std::string(call) + " before the context is full");
}

void check_wanted(const std::function<bool()>& given_up) {
  if (given_up && given_up()) {
    throw Error(ErrorCode::kInterrupted, "the prediction was given up, as was asked for");
  }
}

}  // namespace stip
