// The anomaly script, on a video into which an intruder is pasted.
#include <gmock/gmock.h>

#include <cstdio>

#include "cookbook.h"

namespace stip::test {
namespace {

class CookbookAlarm : public Cookbook {};

int field(const std::string& line, const std::string& name) {
  int value = -1;
  const auto at = line.find(name + "=(int)");
  if (at != std::string::npos) {
    std::sscanf(line.c_str() + at + name.size(), "=(int)%d", &value);
  }
  return value;
}

TEST_F(CookbookAlarm, TellsOfAnIntruderAndColoursHim) {
  const Intruder intruder;
  const auto frames = square_with(intruder);
  write_video(file("intruder.mkv"), frames);
  const auto result = record("STIP_MODEL=copy-last", "anomaly.sh intruder.mkv");
  ASSERT_EQ(result.code, 0) << result.text;
  const auto start = result.text.find("state=(string)start");
  ASSERT_NE(start, std::string::npos) << result.text;
  const std::string line = result.text.substr(start, result.text.find('\n', start) - start);
  unsigned long long pts = 0;
  std::sscanf(line.c_str() + line.find("pts="), "pts=(guint64)%llu", &pts);
  EXPECT_GE(pts / 100000000, 150U) << line;
  EXPECT_LE(pts / 100000000, 155U) << line;
  // The box meets the intruder.
  EXPECT_LT(field(line, "x"), intruder.x + 5 * 6 + intruder.width) << line;
  EXPECT_GT(field(line, "x") + field(line, "width"), intruder.x) << line;
  EXPECT_THAT(result.text, testing::HasSubstr("state=(string)end"));
  // What is shown is the video, but where he is; before he comes nothing is red.
  const auto shown = recorded();
  ASSERT_EQ(shown.size(), frames.size());
  const auto red = [&](std::size_t t) {
    int count = 0;
    for (int y = intruder.y; y < intruder.y + intruder.height; ++y) {
      for (int x = intruder.x; x < intruder.x + intruder.width; ++x) {
        if (shown[t].at(x, y, 0) > shown[t].at(x, y, 2) + 80) ++count;
      }
    }
    return count;
  };
  EXPECT_GT(red(150), intruder.width * intruder.height / 4);
  EXPECT_LT(red(140), intruder.width * intruder.height / 20);
}

TEST_F(CookbookAlarm, IsQuietWhereNothingHappens) {
  const auto result = record("STIP_MODEL=copy-last", "anomaly.sh");
  EXPECT_EQ(result.code, 0) << result.text;
  EXPECT_THAT(result.text, testing::Not(testing::HasSubstr("string)start")));
}

}  // namespace
}  // namespace stip::test
