// docs/guide.md is true: a newcomer who types it, command by command, gets to a model that plays.
#include <gmock/gmock.h>

#include <filesystem>

#include "media/video_writer.h"
#include "support/pictures.h"
#include "support/shell.h"
#include "support/temporary_folder.h"

namespace stip::test {
namespace {

namespace fs = std::filesystem;

std::string replaced(std::string text, const std::string& what, const std::string& by, int times) {
  int found = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
    ++found;
  }
  EXPECT_EQ(found, times) << what;
  return text;
}

// All its commands as one shell script that ends at the first failure.
std::string commands() {
  const std::string page = read_bytes(STIP_SOURCE_DIR "/docs/guide.md");
  const std::string begin = "```sh\n", end = "```";
  std::string script = "set -e\n";
  for (auto at = page.find(begin); at != std::string::npos; at = page.find(begin, at)) {
    at += begin.size();
    script += page.substr(at, page.find(end, at) - at);
  }
  return script;
}

TEST(Guide, LeadsFromVideosToAModelThatPlays) {
  const TemporaryFolder folder;
  fs::create_directory(folder.file("my-clips"));
  int brightness = 0;
  for (const char* name : {"one", "two", "three"}) {
    const auto writer = training::open_frame_writer(
        folder.file(std::string("my-clips/") + name + ".mp4"), training::FrameRate{10, 1});
    for (int t = 0; t < 24; ++t) {
      Picture picture = Picture::moving(160, 128, 3 * t + brightness);
      for (auto& value : picture.pixels) value = static_cast<std::uint8_t>(value / 2 + brightness);
      writer->write(picture.view());
    }
    writer->finish();
    brightness += 30;
  }
  // Less time, this build, and no window.
  std::string script = replaced(commands(), "$HOME/stip", STIP_SOURCE_DIR, 1);
  script = replaced(script, "$STIP/build", STIP_BUILD_DIR, 2);
  script = replaced(script, "--max-minutes 2", "--max-minutes 0.03", 2);
  script = replaced(script, "--resume", "--resume --max-minutes 0.03", 1);
  script = replaced(script, "autovideosink", "multifilesink location=shown-%d", 1);
  const ShellResult result =
      run_shell(folder.path(), "export OMP_NUM_THREADS=1\n" + script + "echo the end");
  EXPECT_EQ(result.code, 0) << result.text;
  EXPECT_THAT(result.text, testing::EndsWith("the end\n"));
  EXPECT_THAT(result.text, testing::HasSubstr("3 clips, 72 frames"));
  EXPECT_THAT(result.text, testing::HasSubstr("continuing after iteration"));
  EXPECT_THAT(result.text, testing::HasSubstr("starting from the weights of run/model"));
  for (const char* file : {"run/report.html", "run/model.safetensors", "scores.json", "future.mp4",
                           "figures/01-three-strip.png", "figures/01-three-features.png",
                           "figures/curves.png", "tuned/model.safetensors", "shown-20"}) {
    EXPECT_TRUE(fs::exists(folder.file(file))) << file << "\n" << result.text;
  }
}

}  // namespace
}  // namespace stip::test
