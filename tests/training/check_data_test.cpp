// stip-train check-data on videos that were not copied whole.
#include <nlohmann/json.hpp>

#include "program_fixture.h"

namespace stip::training {
namespace {

class CheckData : public ProgramTest {};

TEST_F(CheckData, TellsOfVideosThatWereCutShort) {
  const std::string gesture = STIP_SOURCE_DIR "/pipelines/media/gesture.mkv";
  const std::string whole = test::read_bytes(gesture);
  for (const std::size_t bytes : {std::size_t{20000}, whole.size() / 2}) {
    test::write_bytes(folder_.file("cut.mkv"), whole.substr(0, bytes));
    const test::ShellResult result = run("check-data cut.mkv");
    EXPECT_EQ(result.code, 0) << "what is there can be read";
    EXPECT_THAT(result.text, testing::ContainsRegex(
                                 "CUT SHORT: [01]\\.[0-9] s of the 2\\.4 that the file tells of"));
    EXPECT_THAT(result.text, testing::HasSubstr("1 cut short: copy them anew"));
  }
  const test::ShellResult result =
      test::run_shell(folder_.path(), STIP_TRAIN " check-data cut.mkv --json 2>/dev/null");
  const auto report = nlohmann::json::parse(result.text);
  EXPECT_EQ(report["cut_short"], 1);
  EXPECT_NEAR(report["clips"][0]["cut_short"]["told_seconds"].get<double>(), 2.43, 0.01);
  EXPECT_THAT(run("check-data " + gesture).text, testing::Not(testing::HasSubstr("cut short")));
}

}  // namespace
}  // namespace stip::training
