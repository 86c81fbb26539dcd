#include "io/model_config_text.h"

#include "support/expect_error.h"

namespace stip {
namespace {

TEST(ModelConfigText, HasTheUcfsportPresetAsDefault) {
  EXPECT_TRUE(parse_model_config("") == ModelConfig());
  const ModelConfig c = parse_model_config("layers: 3");
  EXPECT_EQ(c.layers, 3);
  EXPECT_EQ(c.hidden, 64);
}

TEST(ModelConfigText, ReadsBackWhatItWrote) {
  ModelConfig c;
  c.height = 64;
  c.width = 96;
  c.recall = 0.1;
  c.norm = Norm::kChannel;
  c.output = Output::kResidual;
  c.encoder = EncoderKind::kSingle;
  c.colour = PixelOrder::kRgb;
  c.state = StateMode::kRecurrent;
  c.context = 7;
  EXPECT_TRUE(parse_model_config(write_model_config(c)) == c);
  EXPECT_THAT(write_model_config(c), testing::HasSubstr("recall: 0.1\n"));
}

TEST(ModelConfigText, ReadsBackNetworksOfOutputMotion) {
  const std::string text =
      "output: motion\npatch: 4\nclip: 1\nlevels: 2\nnorm: channel\nsharpen: 0.1\n";
  const ModelConfig c = parse_model_config(text);
  EXPECT_EQ(c.sharpen, 0.1);
  EXPECT_TRUE(parse_model_config(write_model_config(c)) == c);
  ModelConfig other = c;
  other.sharpen = 0.2;
  EXPECT_FALSE(other == c);
  EXPECT_STIP_ERROR(parse_model_config("sharpen: 3"), ErrorCode::kInvalidArgument, "0 to 2");
  EXPECT_STIP_ERROR(parse_model_config("sharpen: -0.1"), ErrorCode::kInvalidArgument, "0 to 2");
  EXPECT_STIP_ERROR(parse_model_config("sharpen: .nan"), ErrorCode::kInvalidArgument, "0 to 2");
  EXPECT_STIP_ERROR(parse_model_config("sharpen: 0.1"), ErrorCode::kInvalidArgument,
                    "0 without output: motion");
}

TEST(ModelConfigText, KeepsEveryDigitItNeeds) {
  ModelConfig c;
  c.recall = 1.0 / 3;
  EXPECT_TRUE(parse_model_config(write_model_config(c)) == c);
}

TEST(ModelConfigText, RefusesKeysGivenTwiceOrEmpty) {
  EXPECT_STIP_ERROR(parse_model_config("height: 64\nheight: 128"), ErrorCode::kInvalidArgument,
                    "given twice");
  EXPECT_STIP_ERROR(parse_model_config("norm:"), ErrorCode::kInvalidArgument, "is empty");
}

TEST(ModelConfigText, NamesTheNearestKnownKey) {
  EXPECT_STIP_ERROR(parse_model_config("hiden: 3"), ErrorCode::kInvalidArgument,
                    "did you mean model.hidden");
}

TEST(ModelConfigText, SaysWhatIsAccepted) {
  EXPECT_STIP_ERROR(parse_model_config("norm: batch"), ErrorCode::kInvalidArgument,
                    "layer, channel");
  EXPECT_STIP_ERROR(parse_model_config("layers: many"), ErrorCode::kInvalidArgument,
                    "whole numbers");
  EXPECT_STIP_ERROR(parse_model_config("layers: [1]"), ErrorCode::kInvalidArgument,
                    "whole numbers");
  EXPECT_STIP_ERROR(parse_model_config("layers: -1"), ErrorCode::kInvalidArgument, "1 to 256");
  EXPECT_STIP_ERROR(parse_model_config("recall: .nan"), ErrorCode::kInvalidArgument, "-10 to 10");
  EXPECT_STIP_ERROR(parse_model_config("kernel: 4"), ErrorCode::kInvalidArgument, "odd");
  EXPECT_STIP_ERROR(parse_model_config("- a"), ErrorCode::kInvalidArgument, "key: value");
  EXPECT_STIP_ERROR(parse_model_config("memory: convgru"), ErrorCode::kWrongKind, "stgru only");
  EXPECT_STIP_ERROR(parse_model_config("output: motion"), ErrorCode::kInvalidArgument,
                    "4 with output: motion");
  const ModelConfig motion =
      parse_model_config("{output: motion, patch: 4, clip: 1, norm: channel}");
  EXPECT_EQ(motion.output, Output::kMotion);
  EXPECT_EQ(parse_model_config(write_model_config(motion)), motion);
}

TEST(ModelConfigText, RefusesSizesThatDoNotDivideAndNamesOnesThatDo) {
  EXPECT_STIP_ERROR(parse_model_config("height: 500"), ErrorCode::kInvalidArgument,
                    "multiples of 32 (patch x 2^levels), such as 480 or 512");
  EXPECT_STIP_ERROR(parse_model_config("width: 31"), ErrorCode::kInvalidArgument, "such as 32");
}

TEST(ModelConfigText, RefusesNetworksThatNobodyCanHold) {
  EXPECT_STIP_ERROR(parse_model_config("{hidden: 4096, layers: 256}"), ErrorCode::kInvalidArgument,
                    "parameters");
}

}  // namespace
}  // namespace stip
