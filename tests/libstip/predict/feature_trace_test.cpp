#include "predict/feature_trace.h"

#include <gtest/gtest.h>

#include "predict/frame_fit.h"
#include "support/pictures.h"
#include "support/small_networks.h"
#include "support/temporary_folder.h"

namespace stip {
namespace {

void expect_maps(const FeatureMaps& found, const torch::Tensor& expected) {
  ASSERT_EQ((std::vector<int64_t>{1, found.channels, found.height, found.width}),
            expected.sizes().vec());
  auto values = found.values;
  EXPECT_TRUE(torch::allclose(torch::from_blob(values.data(), expected.sizes()), expected));
}

TEST(FeatureTracer, ShowsTheFeaturesAndTheSecondLayersGates) {
  const test::TemporaryFolder folder;
  test::save_random_model(folder.file("m"), test::small_config(), 5);
  const auto a = test::Picture::moving(48, 32, 1), b = test::Picture::moving(48, 32, 4);
  const auto steps = FeatureTracer(folder.file("m"), 1).trace({a.view(), b.view()}, 2);
  ASSERT_EQ(steps.size(), 3u);  // two frames given, one prediction fed back

  const torch::NoGradGuard no_grad;
  auto generator = test::random_generator(test::small_config(), 5);
  const FrameFit fit(test::small_config(), 48, 32, Resize::kAuto);
  GeneratorState state;
  torch::Tensor input;
  for (size_t t = 0; t < steps.size(); ++t) {
    if (t < 2) input = fit.to_network(t == 0 ? a.view() : b.view());
    StepTrace trace;
    input = generator->forward(input, state, &trace);
    expect_maps(steps[t].temporal, trace.temporal_feature);
    expect_maps(steps[t].spatial, trace.spatial_feature);
    expect_maps(steps[t].trend_gate, trace.layers[1].trend_gate);
    expect_maps(steps[t].update_gate, trace.layers[1].update_gate);
  }
}

}  // namespace
}  // namespace stip
