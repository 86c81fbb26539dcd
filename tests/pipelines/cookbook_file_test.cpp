// The scripts that work on a video to its end, with a file instead of the screen.
#include <gmock/gmock.h>

#include <array>
#include <cstdio>
#include <map>

#include "cookbook.h"

namespace stip::test {
namespace {

constexpr int kFrames = 100;  // of the sample
constexpr int kContext = 4;   // of `small`

// How far a column of the picture is from its own time where things move, beside what copying the
// frame `horizon` before would be.
struct Comparison {
  double predicted = 0;
  double copied = 0;
};

Comparison compare(const std::vector<Pixels>& shown, int part, int parts, int horizon) {
  Comparison sum;
  for (std::size_t t = static_cast<std::size_t>(kContext - 1 + horizon); t < shown.size(); ++t) {
    const Pixels truth = shown[t].column(0, parts);
    const Pixels before = shown[t - static_cast<std::size_t>(horizon)].column(0, parts);
    sum.predicted += moving_error(shown[t].column(part, parts), truth, before);
    sum.copied += moving_error(before, truth, before);
  }
  return sum;
}

void expect_better_than_copying(const std::vector<Pixels>& shown, int part, int parts,
                                int horizon) {
  const Comparison errors = compare(shown, part, parts, horizon);
  EXPECT_GT(errors.copied, 0);
  EXPECT_LT(errors.predicted, 0.9 * errors.copied) << horizon << " frames ahead";
}

class CookbookFile : public Cookbook {};

TEST_F(CookbookFile, ShowsAVideoBesideItsFuture) {
  // Half the size: the network's time, not the video's, is what the test costs.
  const auto made = run_shell(folder_.path(), "gst-launch-1.0 -q filesrc location=" + square_ +
                                                  " ! decodebin ! videoconvert ! videoscale"
                                                  " ! video/x-raw,width=384,height=288 ! avenc_ffv1"
                                                  " ! matroskamux ! filesink location=half.mkv");
  ASSERT_EQ(made.code, 0) << made.text;
  const auto result = record("STIP_HORIZON=2", "file.sh half.mkv");
  ASSERT_EQ(result.code, 0) << result.text;
  const auto shown = recorded();
  ASSERT_EQ(shown.size(), kFrames);
  EXPECT_EQ(shown[0].width, 768);
  expect_better_than_copying(shown, 1, 2, 2);
}

TEST_F(CookbookFile, PutsOriginalAndTwoHorizonsInARow) {
  const auto result = record("STIP_SIZE=256x192 STIP_HORIZON=4", "side-by-side.sh");
  ASSERT_EQ(result.code, 0) << result.text;
  const auto shown = recorded();
  ASSERT_EQ(shown.size(), kFrames);
  EXPECT_EQ(shown[0].width, 768);
  EXPECT_EQ(shown[0].height, 192);
  const auto original = read_video(square_, 256, 192);
  EXPECT_LT(mean_error(shown[50].column(0, 3), original[50]), 4);  // the compositor's own colours
  expect_better_than_copying(shown, 1, 3, 1);
  expect_better_than_copying(shown, 2, 3, 4);
}

TEST_F(CookbookFile, WritesHlsAndReadsItAgain) {
  const auto written = cook("STIP_SIZE=128x96", "hls.sh " + square_ + " first");
  ASSERT_EQ(written.code, 0) << written.text;
  const std::string list = read_bytes(file("first/future.m3u8"));
  EXPECT_THAT(list, testing::HasSubstr("future00004.ts"));  // 10 s in pieces of 2
  EXPECT_THAT(list, testing::HasSubstr("#EXT-X-ENDLIST"));
  // Over HTTP, as a browser has it, into the script again.
  const auto again =
      run_shell(folder_.path(),
                "python3 -u -m http.server --bind 127.0.0.1 --directory first 0 >server.log 2>&1 & "
                "server=$!\n"
                "trap 'kill $server' EXIT\n"
                "for i in $(seq 100); do grep -q port server.log && break; sleep 0.1; done\n"
                "port=$(sed -n 's/.*port \\([0-9]*\\).*/\\1/p' server.log)\n"
                "STIP_MODEL=copy-last STIP_SIZE=256x96 STIP_BUILD=" STIP_BUILD_DIR
                " timeout -k 5 60 " STIP_SOURCE_DIR
                "/pipelines/hls.sh http://127.0.0.1:$port/future.m3u8 second");
  ASSERT_EQ(again.code, 0) << again.text;
  EXPECT_THAT(read_bytes(file("second/future.m3u8")), testing::HasSubstr("#EXT-X-ENDLIST"));
  const auto first = read_video(file("first/future00000.ts"));
  const auto second = read_video(file("second/future00000.ts"));
  ASSERT_GE(first.size(), 15U);
  ASSERT_GE(second.size(), 15U);
  EXPECT_EQ(second[0].width, 512);
  // The left half of the second is the first: a video with its own left and right.
  EXPECT_LT(mean_error(second[10].column(0, 2), first[10]), 60);
}

// Faces by stream time in milliseconds, of one of the two detectors.
using Faces = std::map<int, std::array<int, 3>>;

Faces faces(const std::string& text, const std::string& detector) {
  Faces found;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const auto end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    begin = end + 1;
    unsigned long long time = 0;
    std::array<int, 3> face{};
    const auto stamp = line.find("timestamp=(guint64)");
    const auto at = line.find("face\\,\\ x");
    if (line.find("element \"" + detector + "\"") == std::string::npos ||
        stamp == std::string::npos || at == std::string::npos) {
      continue;
    }
    std::sscanf(line.c_str() + stamp, "timestamp=(guint64)%llu", &time);
    if (std::sscanf(line.c_str() + at,
                    "face\\,\\ x\\=\\(uint\\)%d\\,\\ y\\=\\(uint\\)%d\\,\\ width\\=\\(uint\\)%d",
                    &face[0], &face[1], &face[2]) == 3) {
      found[static_cast<int>((time + 500000) / 1000000)] = face;
    }
  }
  return found;
}

TEST_F(CookbookFile, FindsFacesInTheFuture) {
  const auto result = record("STIP_HORIZON=2", "detector.sh");
  ASSERT_EQ(result.code, 0) << result.text;
  const Faces now = faces(result.text, "now");
  const Faces future = faces(result.text, "future");
  ASSERT_GT(now.size(), 20U) << result.text;
  EXPECT_GT(future.size(), now.size() / 2);
  int both = 0;
  for (const auto& [time, face] : future) {
    const auto really = now.lower_bound(time - 3);
    if (really == now.end() || really->first > time + 3) continue;
    ++both;
    for (int i = 0; i < 3; ++i) {
      EXPECT_NEAR(face[static_cast<std::size_t>(i)], really->second[static_cast<std::size_t>(i)],
                  12)
          << "at " << time << " ms";
    }
  }
  EXPECT_GT(both, 10);
  const auto shown = recorded();
  ASSERT_GT(shown.size(), 50U);
  EXPECT_EQ(shown[0].width, 1280);
}

}  // namespace
}  // namespace stip::test
