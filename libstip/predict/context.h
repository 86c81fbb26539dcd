#pragma once

#include "model/config.h"
#include "stip/predictor.h"

namespace stip {

/// The context a predictor uses: the one asked for, or the model's. Throws kInvalidArgument outside
/// 1..kMaxContext, and for frame sizes below 1x1.
int checked_context(const PredictorOptions& options, const ModelInfo& info);

/// What a network's configuration says to its users; `name` as it was loaded by.
ModelInfo describe_network(const ModelConfig& config, const std::string& name);

/// Throws kInvalidArgument unless 1..kMaxHorizon futures are asked for and each with data is
/// writable at this size.
void check_futures(const std::vector<MutableFrameView>& futures, int width, int height);

/// The same of pictures on a device.
void check_futures(const std::vector<DeviceFrame>& futures, int width, int height);

/// Throws kInterrupted where PredictorOptions::given_up holds.
void check_wanted(const std::function<bool()>& given_up);

/// Throws kInvalidArgument, naming the call, before a predictor has its context.
void check_ready(const Predictor& predictor, const char* call);

}  // namespace stip
