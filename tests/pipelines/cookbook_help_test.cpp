// What every script of the cookbook promises before it runs.
#include <gmock/gmock.h>

#include <filesystem>

#include "cookbook.h"

namespace stip::test {
namespace {

namespace fs = std::filesystem;

class CookbookHelp : public Cookbook {
 protected:
  static std::vector<std::string> scripts() {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(STIP_SOURCE_DIR "/pipelines")) {
      const bool runs = (entry.status().permissions() & fs::perms::owner_exec) != fs::perms::none;
      if (entry.is_regular_file() && runs) names.push_back(entry.path().filename());
    }
    return names;
  }
};

TEST_F(CookbookHelp, SaysWhatIsToBeSeen) {
  EXPECT_GE(scripts().size(), 12U);
  const std::string readme = read_bytes(STIP_SOURCE_DIR "/README.md");
  for (const std::string& script : scripts()) {
    const auto help = cook("", script + " --help");
    EXPECT_EQ(help.code, 0) << script << ": " << help.text;
    EXPECT_THAT(help.text, testing::StartsWith("What is to be seen: ")) << script;
    EXPECT_THAT(help.text, testing::HasSubstr("pipelines/" + script)) << script;
    EXPECT_THAT(help.text, testing::HasSubstr("STIP_MODEL")) << script;
    EXPECT_THAT(readme, testing::HasSubstr(script)) << "the README does not tell of it";
  }
}

TEST_F(CookbookHelp, RefusesWrongKnobsInOneSentence) {
  const auto refused = [&](const std::string& knobs, const std::string& command,
                           const std::string& text) {
    const auto result = cook(knobs, command);
    EXPECT_EQ(result.code, 1) << result.text;
    EXPECT_THAT(result.text, testing::HasSubstr(text));
    EXPECT_EQ(std::count(result.text.begin(), result.text.end(), '\n'), 1) << result.text;
  };
  refused("", "file.sh none.mp4", "'none.mp4' is not a readable video file");
  refused("STIP_HORIZON=65", "testsrc.sh", "STIP_HORIZON is '65'");
  refused("STIP_SIZE=big", "testsrc.sh", "STIP_SIZE is 'big'");
  refused("", "webcam.sh /dev/no-camera", "no camera '/dev/no-camera'");
  refused("", "rtsp-in.sh camera", "give the address");
  refused("", "rtsp-out.py none.mp4", "'none.mp4' is not a readable video file");
  refused("STIP_DETECTOR=nonesuch", "detector.sh", "nonesuch");
}

}  // namespace
}  // namespace stip::test
