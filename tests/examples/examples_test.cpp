// The applications in examples/, run as their users run them.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "pipelines/cookbook.h"

namespace stip::test {
namespace {

using Json = nlohmann::json;

const char* const kWatch = "timeout -k 5 100 " STIP_BUILD_DIR "/examples/stip-watcher ";

class Examples : public Cookbook {
 protected:
  ShellResult run(const std::string& command) const {
    return run_shell(folder_.path(),
                     "export STIP_MODEL_PATH=" STIP_SOURCE_DIR "/pipelines/models\n" + command);
  }
  static std::vector<Json> lines(const std::string& text) {
    std::vector<Json> all;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
      all.push_back(Json::parse(line, nullptr, false));
      EXPECT_FALSE(all.back().is_discarded()) << line;
    }
    return all;
  }
  // The coded pictures of a Matroska or MP4 file, in one framing. Parameter sets and delimiters,
  // which parsers repeat, are left out.
  std::string coded(const std::string& name) const {
    const auto result =
        run("gst-launch-1.0 -q filesrc location=" + name +
            " ! parsebin ! h264parse config-interval=0 !"
            " video/x-h264,stream-format=byte-stream,alignment=au ! filesink location=" +
            name + ".h264");
    EXPECT_EQ(result.code, 0) << result.text;
    const std::string stream = read_bytes(file(name + ".h264"));
    const std::string start("\0\0\1", 3);
    std::string pictures;
    for (auto at = stream.find(start); at != std::string::npos;) {
      const auto next = stream.find(start, at + 3);
      const int type = at + 3 < stream.size() ? stream[at + 3] & 31 : 0;
      std::string unit = stream.substr(at + 3, next == std::string::npos ? next : next - at - 3);
      unit.erase(unit.find_last_not_of('\0') + 1);  // of the next start code
      if (type < 7 || type > 9) pictures += start + unit;
      at = next;
    }
    return pictures;
  }
  void refused(const std::string& arguments, const std::string& text) const {
    const auto result = run(kWatch + arguments + " 2>&1 >lines");
    EXPECT_EQ(result.code, 1) << result.text;
    EXPECT_THAT(result.text, testing::StartsWith("stip-watcher: "));
    EXPECT_THAT(result.text, testing::HasSubstr(text));
    EXPECT_EQ(std::count(result.text.begin(), result.text.end(), '\n'), 1) << result.text;
  }
};

TEST_F(Examples, WatcherTellsOfAnIntruderAndRecordsTheVideoAsItCame) {
  const Intruder intruder;
  write_video(file("in.mkv"), square_with(intruder));
  const auto result = run(std::string(kWatch) + "in.mkv --model copy-last --record out.mkv");
  ASSERT_EQ(result.code, 0) << result.text;
  const auto said = lines(result.text);
  ASSERT_GE(said.size(), 4U) << result.text;
  EXPECT_EQ(said.front()["event"], "start");
  EXPECT_EQ(said.front()["source"], "in.mkv");
  EXPECT_EQ(said[1]["event"], "alarm-start");
  EXPECT_GE(said[1]["score"], 1.2);
  EXPECT_NEAR(said[1]["seconds"], intruder.first / 10.0, 0.55);
  const std::vector<int> box = said[1]["box"];
  ASSERT_EQ(box.size(), 4U);
  EXPECT_LT(box[0], intruder.x + 30 + intruder.width);
  EXPECT_GT(box[0] + box[2], intruder.x);
  EXPECT_EQ(said[2]["event"], "alarm-end");
  EXPECT_EQ(said.back()["event"], "end");
  EXPECT_EQ(said.back()["frames"], 200);
  EXPECT_GE(said.back()["alarms"], 1);
  const std::string before = coded("in.mkv");
  EXPECT_GT(before.size(), 10000U);
  EXPECT_EQ(coded("out.mkv"), before);
}

TEST_F(Examples, WatcherEndsARecordingInOrderWhenItIsInterrupted) {
  const auto result =
      run("export STIP_BUILD=" STIP_BUILD_DIR
          " STIP_SIZE=192x144\n"
          "STIP_PORT=0 timeout -k 5 100 " STIP_SOURCE_DIR
          "/pipelines/rtsp-out.py >urls & server=$!\n"
          "for i in $(seq 100); do grep -q original urls && break; sleep 0.1; done\n" +
          std::string(kWatch) +
          "$(grep original urls) --model copy-last --record out.mkv >said & watcher=$!\n"
          "for i in $(seq 200); do [ -s out.mkv ] && break; sleep 0.1; done; sleep 3\n"
          "kill -INT $watcher; wait $watcher; code=$?\n"
          "kill -INT $server; wait $server; exit $code");
  ASSERT_EQ(result.code, 0) << result.text;
  const auto said = lines(read_bytes(file("said")));
  ASSERT_GE(said.size(), 2U);
  EXPECT_EQ(said.back()["event"], "end");
  EXPECT_GT(said.back()["frames"], 10);
  const auto frames = read_video(file("out.mkv"));
  EXPECT_GT(frames.size(), 10U);
  EXPECT_LT(frames.size(), 90U);  // it was the interrupt that ended it
  // Complete: the length was written at the end.
  EXPECT_THAT(run("gst-launch-1.0 -v filesrc location=out.mkv ! matroskademux ! fakesink").text,
              testing::HasSubstr("video/x-h264"));
}

TEST_F(Examples, WatcherSaysWhatIsWrongInOneSentence) {
  refused("", "give one video");
  refused("--colour in.mkv", "--colour");
  refused("none.mkv --model copy-last", "'none.mkv' cannot be watched");
  refused("none.mkv --model nonesuch", "nonesuch");
  refused("rtsp://127.0.0.1:9/none --model copy-last", "cannot be watched");
  write_bytes(file("text.mkv"), "no video");
  refused("text.mkv --model copy-last", "'text.mkv' cannot be watched");
  for (const char* threshold : {"5000", "-5", "nan"}) {
    refused(std::string("none.mkv --model copy-last -t ") + threshold, "from 0 to 1000");
  }
}

TEST_F(Examples, WatcherNeverRecordsOverAFile) {
  write_bytes(file("in.mkv"), "the only recording");
  write_bytes(file("old.mkv"), "another recording");
  run("ln -s in.mkv link.mkv; ln in.mkv hard.mkv; mkdir folder");
  const auto kept = [&](const std::string& source, const std::string& record,
                        const std::string& text) {
    SCOPED_TRACE(source + " -r " + record);
    refused(source + " --model copy-last -r " + record, "stip-watcher: '" + record + "' " + text);
    EXPECT_EQ(read_bytes(file("in.mkv")), "the only recording");
    EXPECT_EQ(read_bytes(file("old.mkv")), "another recording");
  };
  const std::string watched = "is the video to be watched; give --record another name.";
  for (const char* same : {"in.mkv", "./in.mkv", "link.mkv", "hard.mkv", "folder/../in.mkv"}) {
    kept("in.mkv", same, watched);
  }
  for (const std::string& source : {file("in.mkv"), "file://" + file("in.mkv")}) {
    kept(source, "in.mkv", watched);
    kept(source, file("in.mkv"), watched);
  }
  kept("link.mkv", "in.mkv", watched);
  kept("in.mkv", "old.mkv", "exists already; give --record another name, or remove it.");
  kept("rtsp://127.0.0.1:9/none", "old.mkv", "exists already");
  kept("in.mkv", "folder", "exists already");
  kept("none.mkv", "none.mkv", watched);  // it would be made, and read
  EXPECT_FALSE(std::filesystem::exists(file("none.mkv")));
}

// A recording whose video never came leaves an empty file, which must not be in the way of the
// next attempt.
TEST_F(Examples, WatcherRecordsInAnEmptyFileOrADevice) {
  const Intruder intruder;
  const auto video = square_with(intruder);
  write_video(file("in.mkv"), {video.begin(), video.begin() + 10});
  write_bytes(file("empty.mkv"), "");
  for (const char* record : {"empty.mkv", "/dev/null"}) {
    const auto result = run(std::string(kWatch) + "in.mkv --model copy-last -r " + record);
    EXPECT_EQ(result.code, 0) << result.text;
  }
  EXPECT_GT(read_bytes(file("empty.mkv")).size(), 1000U);
}

TEST_F(Examples, PythonReadsWhatIsSaidOfEachPrediction) {
  const auto square = read_video(square_, 96, 72);
  write_video(file("in.mkv"), {square.begin(), square.begin() + 20});
  const auto result =
      run("timeout -k 5 60 " STIP_SOURCE_DIR "/examples/read_predictions.py in.mkv small 1 3");
  ASSERT_EQ(result.code, 0) << result.text;
  std::istringstream stream(result.text);
  std::map<std::string, int> rows;
  bool judged = false;
  for (std::string line; std::getline(stream, line) && !line.empty();) {
    std::istringstream words(line);
    std::string pad, error;
    double pts = 0, source = 0, age = 0, inference = 0;
    int horizon = 0;
    if (!(words >> pad >> pts >> source >> horizon >> age >> inference)) continue;  // the heading
    ++rows[pad];
    EXPECT_EQ("pred_" + std::to_string(horizon), pad);
    EXPECT_NEAR(pts - source, horizon / 10.0, 0.002) << line;
    EXPECT_GT(inference, 0) << line;
    EXPECT_GE(age, inference) << line;
    judged = judged || (words >> error);
  }
  EXPECT_TRUE(judged) << result.text;
  // A context of four; the file's end takes as many as the horizon where it is the segment's.
  EXPECT_GE(rows["pred_1"], 16);
  EXPECT_GE(rows["pred_3"], 14);
  EXPECT_THAT(result.text, testing::HasSubstr("\nframes-in 20\n"));
  EXPECT_THAT(result.text, testing::HasSubstr("\nhorizon-1-psnr "));
}

}  // namespace
}  // namespace stip::test
