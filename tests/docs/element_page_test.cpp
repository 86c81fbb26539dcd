// docs/element.md is true: its tables are gst-inspect's, its launch lines run.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>

#include "pipelines/cookbook.h"

namespace stip::test {
namespace {

namespace fs = std::filesystem;

class ElementPage : public Cookbook {
 protected:
  static std::vector<std::string> launch_lines() {
    const std::string page = read_bytes(STIP_SOURCE_DIR "/docs/element.md");
    const std::string begin = "```launch\n", end = "\n```";
    std::vector<std::string> lines;
    for (auto at = page.find(begin); at != std::string::npos; at = page.find(begin, at)) {
      at += begin.size();
      lines.push_back(page.substr(at, page.find(end, at) - at));
    }
    return lines;
  }

  // A window each becomes files, whose number is told.
  static std::string with_files(std::string line, int* windows) {
    const std::string window = "autovideosink";
    *windows = 0;
    for (auto at = line.find(window); at != std::string::npos; at = line.find(window)) {
      line.replace(at, window.size(),
                   "multifilesink location=window-" + std::to_string(++*windows) + "-%d");
    }
    return line;
  }

  int pictures(int window) const {
    int count = 0;
    const std::string prefix = "window-" + std::to_string(window) + "-";
    for (const auto& entry : fs::directory_iterator(folder_.path())) {
      if (entry.path().filename().string().rfind(prefix, 0) == 0) ++count;
    }
    return count;
  }
};

TEST_F(ElementPage, IsWhatGstInspectSays) {
  const auto result =
      run_shell(folder_.path(), "python3 " STIP_SOURCE_DIR "/docs/make_element_page.py --check");
  EXPECT_EQ(result.code, 0) << result.text;
}

TEST_F(ElementPage, HasLaunchLinesThatRun) {
  const auto square = read_video(square_, 192, 144);
  write_video(file("in.mp4"), {square.begin(), square.begin() + 20});
  const auto lines = launch_lines();
  ASSERT_GE(lines.size(), 6U);
  for (const std::string& line : lines) {
    for (const auto& entry : fs::directory_iterator(folder_.path())) {
      if (entry.path().filename() != "in.mp4") fs::remove(entry.path());
    }
    int windows = 0;
    const auto result = run_shell(folder_.path(), "export STIP_MODEL_PATH=" STIP_SOURCE_DIR
                                                  "/pipelines/models\n"
                                                  "timeout -k 5 60 " +
                                                      with_files(line, &windows));
    EXPECT_EQ(result.code, 0) << line << "\n" << result.text;
    EXPECT_GE(windows, 1) << line;
    for (int i = 1; i <= windows; ++i) EXPECT_GT(pictures(i), 10) << line;
  }
}

}  // namespace
}  // namespace stip::test
