#include "predict/forecast.h"

#include <algorithm>
#include <cmath>

#include "base/torch_guard.h"
#include "io/model_weights.h"
#include "predict/frame_fit.h"
#include "predict/stream_rollout.h"

namespace stip {
namespace {

// Appends a picture [H, W, 3] to the values, as RGB.
void append(const torch::Tensor& picture, PixelOrder colour, std::vector<float>* values) {
  const auto rgb = (colour == PixelOrder::kBgr ? picture.flip(-1) : picture).contiguous();
  const auto* data = rgb.data_ptr<float>();
  values->insert(values->end(), data, data + rgb.numel());
}

}  // namespace

Forecast make_forecast(const std::string& model_file, const std::vector<FrameView>& frames,
                       int horizon, Resize resize, int threads) {
  return guard_torch("predicting", [&] {
    use_threads(threads);
    const torch::NoGradGuard no_grad;
    LoadedModel model = load_model_file(model_file);
    const FrameView& first = frames.at(0);
    const FrameFit fit(model.header.config, first.width, first.height, resize);
    StreamRollout rollout(model.generator, StateMode::kWindow, static_cast<int>(frames.size()));
    for (const FrameView& frame : frames) rollout.push(fit.to_network(frame));
    Forecast forecast{horizon, first.height, first.width, {}};
    rollout.predict(horizon, [&](int, const torch::Tensor& prediction) {
      append(fit.picture_from_network(prediction), model.header.config.colour, &forecast.values);
    });
    return forecast;
  });
}

std::vector<std::uint8_t> Forecast::picture(int n) const {
  const std::size_t size =
      std::size_t{3} * static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
  std::vector<std::uint8_t> bytes(size);
  const float* source = values.data() + size * static_cast<std::size_t>(n);
  std::transform(source, source + size, bytes.begin(), [](float value) {
    // Written so that a value that is no number becomes 0.
    const float clamped = value > 0 ? std::min(value, 1.0f) : 0.0f;
    return static_cast<std::uint8_t>(std::nearbyint(clamped * 255));
  });
  return bytes;
}

void Forecast::write_raw(const std::string& path) const {
  write_safetensors(path, {{"predictions", "F32", {frames, height, width, 3}, values.data()}}, {});
}

}  // namespace stip
