// The live scripts, with a substitute for the device: a test picture for the camera, RTSP and RTP
// over loopback. How many predictions come depends on the machine's load, so that is not asked.
#include <gmock/gmock.h>

#include <algorithm>

#include "cookbook.h"

namespace stip::test {
namespace {

class CookbookLive : public Cookbook {
 protected:
  // A port nobody has now.
  static std::string free_port() {
    return run_shell("/",
                     "python3 -c 'import socket; s = socket.socket(); s.bind((\"\", 0));"
                     " print(s.getsockname()[1], end=\"\")'")
        .text;
  }
};

// Where the bright ball is, in pixels from the left; -1: there is none.
double ball(const Pixels& picture) {
  double sum = 0, weight = 0;
  for (int y = 0; y < picture.height; ++y) {
    for (int x = 0; x < picture.width; ++x) {
      if (picture.at(x, y) < 96) continue;
      sum += x;
      ++weight;
    }
  }
  return weight > 20 ? sum / weight : -1;
}

void expect_a_ball_in_both_halves(const std::vector<Pixels>& shown) {
  int left = 0, right = 0;
  for (const Pixels& picture : shown) {
    const double truth = ball(picture.column(0, 2));
    const double guess = ball(picture.column(1, 2));
    if (truth >= 0) ++left;
    if (guess >= 0 && std::abs(guess - truth) < picture.width / 8.0) ++right;
  }
  EXPECT_EQ(left, static_cast<int>(shown.size()));
  EXPECT_GT(right, left / 2);
}

TEST_F(CookbookLive, ShowsTheTestSource) {
  const auto result = record("STIP_SIZE=192x144", "testsrc.sh 30");
  ASSERT_EQ(result.code, 0) << result.text;
  const auto shown = recorded();
  ASSERT_EQ(shown.size(), 30U);  // the original's rate, however fast the network is
  EXPECT_EQ(shown[0].width, 384);
  expect_a_ball_in_both_halves(shown);
  const auto copy = record("STIP_SIZE=192x144 STIP_MODEL=copy-last", "testsrc.sh 30");
  ASSERT_EQ(copy.code, 0) << copy.text;
  const auto late = recorded();
  // Two frames ahead, copying shows the picture of two frames ago.
  EXPECT_LT(mean_error(late[20].column(1, 2), late[18].column(0, 2)), 1);
  EXPECT_GT(mean_error(shown[20].column(1, 2), shown[18].column(0, 2)), 20);
}

TEST_F(CookbookLive, ShowsTheCamera) {
  const auto result = record(
      "STIP_SIZE=192x144 STIP_SOURCE='videotestsrc is-live=true pattern=ball num-buffers=40'",
      "webcam.sh");
  ASSERT_EQ(result.code, 0) << result.text;
  const auto shown = recorded();
  ASSERT_EQ(shown.size(), 40U);
  EXPECT_EQ(shown[0].width, 384);
  expect_a_ball_in_both_halves(shown);
}

// The server of the cookbook, and its client for a network camera at the other end.
TEST_F(CookbookLive, ServesRtspAndShowsIt) {
  const auto result = run_shell(
      folder_.path(),
      "export STIP_BUILD=" STIP_BUILD_DIR
      " STIP_MODEL=copy-last STIP_SIZE=192x144\n"
      "STIP_PORT=0 timeout -k 5 100 " STIP_SOURCE_DIR
      "/pipelines/rtsp-out.py >urls & server=$!\n"
      "for i in $(seq 100); do grep -q original urls && break; sleep 0.1; done\n"
      "STIP_DISPLAY='videoconvert ! avenc_ffv1 ! matroskamux ! filesink location=screen.mkv'"
      " timeout -k 5 60 " STIP_SOURCE_DIR
      "/pipelines/rtsp-in.sh $(grep side-by-side urls)\n"
      "code=$?; kill -INT $server; wait $server || exit 90; exit $code");
  ASSERT_EQ(result.code, 0) << result.text;
  const auto shown = recorded();
  ASSERT_GT(shown.size(), 60U) << result.text;  // of 100; the rest before the first key frame
  // The served picture has two halves itself, and each is like the original.
  const auto original = read_video(square_, 96, 144);
  double nearest = 1e9;
  for (const Pixels& frame : original) {
    nearest = std::min(nearest, mean_error(shown[30].column(0, 4), frame));
  }
  EXPECT_LT(nearest, 150);
  EXPECT_LT(mean_error(shown[30].column(0, 4), shown[30].column(1, 4)), 400);
}

// Which frame of the video a picture is.
std::size_t which(const Pixels& picture, const std::vector<Pixels>& video) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < video.size(); ++i) {
    if (mean_error(picture, video[i]) < mean_error(picture, video[best])) best = i;
  }
  return best;
}

TEST_F(CookbookLive, ShowsOverALateLinkWhatTheCameraSeesNow) {
  // Only what is shown in its time, as on a screen, has a latency.
  const auto result = cook(
      "STIP_DISPLAY='videoconvert ! avenc_ffv1 ! matroskamux ! filesink location=screen.mkv "
      "sync=true' STIP_SIZE=192x144 STIP_LATENCY=300 STIP_PORT=" +
          free_port(),
      "compensate.sh");
  ASSERT_EQ(result.code, 0) << result.text;
  const auto video = read_video(square_, 192, 144);
  const auto shown = recorded();
  ASSERT_GT(shown.size(), 150U);  // 10 s at 25 a second, less the start
  double from_now = 0, apart = 0;
  int between = 0, seen = 0;
  for (std::size_t i = 60; i < shown.size(); i += 5) {
    const std::size_t arrived = which(shown[i].column(0, 2), video);
    const std::size_t now = arrived + 3;  // 300 ms at 10 frames a second
    if (arrived == 0 || now >= video.size()) continue;
    const Pixels right = shown[i].column(1, 2);
    from_now += moving_error(right, video[now], video[arrived]);
    apart += moving_error(video[arrived], video[now], video[arrived]);
    const std::size_t nearest = which(right, video);
    between += nearest >= arrived && nearest <= now ? 1 : 0;
    ++seen;
  }
  ASSERT_GT(seen, 20);
  // What moves has gone on by as many frames as the link takes.
  EXPECT_GT(between, seen * 3 / 4);
  EXPECT_LT(from_now, 0.55 * apart) << "one frame ahead gives 0.6";
}

// Pictures of this half that stand still for longer than the clip's frames are shown (2 or 3 times
// at 25 a second).
int standing(const std::vector<Pixels>& shown, int half) {
  int all = 0, now = 0;
  for (std::size_t i = 30; i + 30 < shown.size(); ++i) {
    const bool same = mean_error(shown[i].column(half, 2), shown[i - 1].column(half, 2)) < 0.01;
    now = same ? now + 1 : 0;
    if (now > 5) ++all;
  }
  return all;
}

TEST_F(CookbookLive, GoesOnWhereFramesAreLost) {
  const auto result =
      record("STIP_SIZE=192x144 STIP_LOSS=0.03 STIP_PORT=" + free_port(), "conceal.sh");
  ASSERT_EQ(result.code, 0) << result.text;
  const auto shown = recorded();
  ASSERT_GT(shown.size(), 150U);
  const int left = standing(shown, 0), right = standing(shown, 1);
  EXPECT_GE(left, 10) << "nothing was lost";
  EXPECT_LT(right, left / 2) << "places were not filled in time";
}

}  // namespace
}  // namespace stip::test
