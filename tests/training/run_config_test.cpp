#include "run_config.h"

#include "support/expect_error.h"
#include "trainer_options.h"

namespace stip::training {
namespace {

TEST(RunConfig, IsValidWithAModelSectionOnly) {
  const RunConfig config = parse_run_config("model: {layers: 3, context: 5}", {});
  EXPECT_EQ(config.model.layers, 3);
  EXPECT_EQ(config.context(), 5);
  EXPECT_EQ(config.loss.perceptual, 0.01);
  EXPECT_EQ(config.optimizer.rate, 5e-3);
}

TEST(RunConfig, ReadsBackWhatItPrints) {
  const RunConfig config = parse_run_config(
      "model: {norm: channel, output: residual}\n"
      "data: {train: [a.mp4, {path: b, first: 3, last: -101, weight: 0.5}], crop: 96, still: 0.1}\n"
      "loss: {frame: relative, still_error: 1.0e-4, still_error_start: 1.0e-2, counted: future}\n"
      "optimizer: {schedule: cosine, warm_up: 7}\n"
      "train: {start: still, iterations: 12, batch: 2, accumulate: 3, recompute: true}",
      {});
  const std::string printed = write_run_config(config);
  EXPECT_EQ(write_run_config(parse_run_config(printed, {})), printed);
  EXPECT_EQ(config.data.train[1].last, -101);
  EXPECT_EQ(config.optimizer.schedule.iterations, 12);
  EXPECT_EQ(config.loss.still_error.start, 1e-2);
  EXPECT_EQ(config.train.clips(), 6);
  EXPECT_TRUE(config.train.recompute);
}

TEST(RunConfig, TakesOverrides) {
  const RunConfig config = parse_run_config(
      "train: {batch: 2}", {"train.batch=4", "data.train=[x, y]", "model.norm=channel"});
  EXPECT_EQ(config.train.batch, 4);
  EXPECT_EQ(config.data.train.size(), 2u);
  EXPECT_STIP_ERROR(parse_run_config("", {"batch=4"}), ErrorCode::kInvalidArgument,
                    "section.key=value");
  EXPECT_STIP_ERROR(parse_run_config("", {"train.batch=[1"}), ErrorCode::kInvalidArgument,
                    "cannot be applied");
}

TEST(RunConfig, RefusesUnknownNamesWithTheNearestKnown) {
  EXPECT_STIP_ERROR(parse_run_config("trian: {}", {}), ErrorCode::kInvalidArgument,
                    "did you mean train?");
  EXPECT_STIP_ERROR(parse_run_config("train: {bacth: 1}", {}), ErrorCode::kInvalidArgument,
                    "train.batch?");
  EXPECT_STIP_ERROR(parse_run_config("data: {train: [{pth: a}]}", {}), ErrorCode::kInvalidArgument,
                    "path?");
}

TEST(RunConfig, SaysWhatIsAccepted) {
  EXPECT_STIP_ERROR(parse_run_config("train: {batch: 0}", {}), ErrorCode::kInvalidArgument,
                    "1 to 4096");
  EXPECT_STIP_ERROR(parse_run_config("train: {accumulate: 0}", {}), ErrorCode::kInvalidArgument,
                    "1 to 4096");
  EXPECT_STIP_ERROR(parse_run_config("loss: {frame: l1}", {}), ErrorCode::kInvalidArgument,
                    "squared, relative");
  EXPECT_STIP_ERROR(parse_run_config("data: {train: a.mp4}", {}), ErrorCode::kInvalidArgument,
                    "a list of paths");
  EXPECT_STIP_ERROR(parse_run_config("data: {total: 4}", {}), ErrorCode::kInvalidArgument,
                    "one frame more");
  EXPECT_STIP_ERROR(parse_run_config("optimizer: {rate: .nan}", {}), ErrorCode::kInvalidArgument,
                    "optimizer.rate");
  EXPECT_STIP_ERROR(parse_run_config("a: [", {}), ErrorCode::kInvalidArgument, "not readable YAML");
  EXPECT_STIP_ERROR(parse_run_config("just text", {}), ErrorCode::kInvalidArgument, "sections");
}

TEST(RunConfig, HorizonsAreDrawnForNetworksOfOutputMotionAlone) {
  const std::string motion =
      "model: {output: motion, patch: 4, clip: 1, norm: channel}\n"
      "loss: {counted: future, frame: decibels}\nsampling: {stop: 0}\n";
  const RunConfig config = parse_run_config(motion + "train: {horizons: 2}", {});
  EXPECT_EQ(trainer_options(config).step.horizons, 2);
  EXPECT_EQ(trainer_options(parse_run_config(write_run_config(config), {})).step.horizons, 2);
  EXPECT_STIP_ERROR(parse_run_config(motion + "train: {horizons: 2}", {"loss.frame=relative"}),
                    ErrorCode::kInvalidArgument, "loss.frame: decibels");
  EXPECT_STIP_ERROR(parse_run_config("train: {horizons: 2}", {}), ErrorCode::kInvalidArgument,
                    "needs model.output: motion");
}

TEST(RunConfig, RefusesCropsThatTheModelCannotTake) {
  EXPECT_STIP_ERROR(parse_run_config("data: {crop: 100}\nmodel: {norm: channel}", {}),
                    ErrorCode::kInvalidArgument, "multiples of 32");
  EXPECT_STIP_ERROR(parse_run_config("data: {crop: 96}", {}), ErrorCode::kInvalidArgument,
                    "norm: channel");
}

TEST(RunConfig, KnowsEveryShippedConfiguration) {
  for (const char* name : {"ucfsport", "human36m", "sjtu4k", "small", "surveillance", "motion"}) {
    EXPECT_NO_THROW(
        read_run_config(std::string(STIP_SOURCE_DIR) + "/training/configs/" + name + ".yaml", {}));
  }
  EXPECT_NO_THROW(
      read_run_config(std::string(STIP_SOURCE_DIR) + "/pipelines/models/residual-1.yaml", {}));
  const RunConfig config =
      read_run_config(std::string(STIP_SOURCE_DIR) + "/training/configs/sjtu4k.yaml", {});
  EXPECT_EQ(config.model.height, 2176);
  EXPECT_EQ(config.loss.perceptual, 0.005);
  EXPECT_EQ(config.train.iterations, 40000);
}

}  // namespace
}  // namespace stip::training
