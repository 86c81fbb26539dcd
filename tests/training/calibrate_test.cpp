// stip-train calibrate on networks that int8 is not for.
#include "io/calibration_text.h"
#include "io/model_file.h"
#include "program_fixture.h"

namespace stip::training {
namespace {

constexpr const char* kMotionNetwork = STIP_SOURCE_DIR "/pipelines/models/small.safetensors ";

class Calibrate : public ProgramTest {};

TEST_F(Calibrate, NotesTheErrorsOfANetworkThatRunsInFp32Only) {
  write_video("normal.avi", 16);
  const test::ShellResult result = run("calibrate " + std::string(kMotionNetwork) +
                                       "normal.avi --horizon 2 --normal 5 -o c.safetensors");
  EXPECT_EQ(result.code, 0) << result.text;
  EXPECT_THAT(result.text, testing::HasSubstr("nothing is measured for int8"));
  EXPECT_THAT(result.text, testing::HasSubstr("wrote c.safetensors"));
  const ModelFileHeader header =
      read_model_header(SafetensorsReader(folder_.file("c.safetensors")));
  EXPECT_EQ(parse_calibration(header.calibration).horizons.at(2).frames, 5U);
}

TEST_F(Calibrate, RefusesBeforeMeasuringWhatLeavesNothingToDo) {
  const std::string none = " no-such-video.avi -o no.safetensors --normal 0";
  expect_refused("calibrate " + std::string(kMotionNetwork) + none, "int8 is not for it");
  expect_refused("calibrate " STIP_SOURCE_DIR "/pipelines/models/residual.safetensors " + none +
                     " --alarms-only",
                 "leaves nothing to measure");
  EXPECT_FALSE(std::filesystem::exists(folder_.file("no.safetensors")));
}

}  // namespace
}  // namespace stip::training
