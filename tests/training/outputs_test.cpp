// What commands write never takes the place of what they read.
#include "program_fixture.h"

namespace stip::training {
namespace {

using test::read_bytes;

constexpr const char* kNetwork = STIP_SOURCE_DIR "/pipelines/models/residual.safetensors";

class Outputs : public ProgramTest {
 protected:
  void SetUp() override {
    write_video("street.avi");
    std::filesystem::copy(kNetwork, folder_.file("m.safetensors"));
    video_ = read_bytes(folder_.file("street.avi"));
    model_ = read_bytes(folder_.file("m.safetensors"));
  }

  // Refused with both names in one sentence, and nothing has changed.
  void expect_kept(const std::string& arguments, const std::string& output,
                   const std::string& input) {
    const test::ShellResult result = run(arguments);
    EXPECT_EQ(result.code, 1) << arguments;
    EXPECT_THAT(result.text, testing::HasSubstr(output + " and the input " + input + " are one"))
        << arguments;
    EXPECT_TRUE(read_bytes(folder_.file("street.avi")) == video_) << arguments;
    EXPECT_TRUE(read_bytes(folder_.file("m.safetensors")) == model_) << arguments;
  }

  std::string video_;
  std::string model_;
};

TEST_F(Outputs, PredictKeepsItsVideoAndModel) {
  const std::string predict = "predict m.safetensors street.avi --horizon 1 ";
  expect_kept(predict + "-o street.avi", "-o street.avi", "street.avi");
  expect_kept(predict + "--raw street.avi", "--raw street.avi", "street.avi");
  expect_kept(predict + "--raw ./m.safetensors", "--raw ./m.safetensors", "m.safetensors");
  std::filesystem::create_symlink("street.avi", folder_.file("link.avi"));
  expect_kept(predict + "-o link.avi", "-o link.avi", "street.avi");
  std::filesystem::create_hard_link(folder_.file("street.avi"), folder_.file("hard.avi"));
  expect_kept(predict + "--raw hard.avi", "--raw hard.avi", "street.avi");
  expect_refused(predict + "-o new.avi --raw ./new.avi", "are one file; give them different names");
  expect_ok(predict + "-o new.avi --raw /dev/null");
}

TEST_F(Outputs, EvalKeepsWhatItMeasures) {
  const std::string eval = "eval m.safetensors street.avi --horizon 1 --most 1 ";
  expect_kept(eval + "--json street.avi", "--json street.avi", "street.avi");
  expect_kept(eval + "--csv m.safetensors", "--csv m.safetensors", "m.safetensors");
  expect_kept(eval + "--lpips-weights c.yaml --json " + fit_config(), "--json c.yaml", "c.yaml");
  // Inside folders too, which stand for all that they hold.
  std::filesystem::create_directories(folder_.file("clips/street"));
  std::filesystem::copy(folder_.file("street.avi"), folder_.file("clips/a.avi"));
  write_video("clips/street/pictures");
  const std::string folder = "eval copy-last clips --horizon 1 --most 1 ";
  expect_kept(folder + "--json clips/a.avi", "--json clips/a.avi", "clips/a.avi");
  const std::string picture = "clips/street/pictures/000001.png";
  expect_kept(folder + "--csv " + picture, "--csv " + picture, picture);
  expect_kept(folder + "--figures clips", "--figures clips", "clips");
  expect_ok(folder + "--json clips/scores.json");
  expect_ok(folder + "--json clips/scores.json");
}

TEST_F(Outputs, OtherCommandsKeepTheirInputs) {
  expect_kept("export m.safetensors -o m.safetensors", "-o m.safetensors", "m.safetensors");
  expect_kept("calibrate m.safetensors street.avi --alarms-only -o street.avi", "-o street.avi",
              "street.avi");
  expect_kept("bench m.safetensors --raw m.safetensors", "--raw m.safetensors", "m.safetensors");
  const std::string config = fit_config();
  expect_kept("import --generator m.safetensors --config " + config + " -o " + config,
              "-o " + config, config);
  std::filesystem::create_directory(folder_.file("frames"));
  write_video("frames/ucfsport");
  expect_kept("prepare ucfsport frames/ucfsport frames", "DST frames/ucfsport", "frames/ucfsport");
}

TEST_F(Outputs, FitKeepsItsConfigurationAndStartAndData) {
  std::filesystem::create_directory(folder_.file("run"));
  std::filesystem::copy(folder_.file(fit_config()), folder_.file("run/config.yaml"));
  const std::string fit =
      "fit run/config.yaml --set data.train=[street.avi] --set "
      "data.validation=[] ";
  const std::string before = read_bytes(folder_.file("run/config.yaml"));
  expect_kept(fit + "-o run", "-o run/config.yaml", "run/config.yaml");
  EXPECT_EQ(read_bytes(folder_.file("run/config.yaml")), before);
  std::filesystem::create_directory(folder_.file("clips"));
  std::filesystem::copy(folder_.file("street.avi"), folder_.file("clips/a.avi"));
  expect_kept(fit + "-o clips --set data.train=[clips]", "-o clips", "clips");
  std::filesystem::create_directory(folder_.file("tuned"));
  std::filesystem::copy(kNetwork, folder_.file("tuned/model.safetensors"));
  expect_kept(fit + "-o tuned --init tuned/model.safetensors", "-o tuned/model.safetensors",
              "tuned/model.safetensors");
}

// Found before the videos are looked for, and so before any work; nothing is left behind.
TEST_F(Outputs, ThatCannotBeWrittenAreFoundFirst) {
  test::write_bytes(folder_.file("file"), "mine");
  const std::string late = "m.safetensors no-such-video.avi ";
  for (const std::string& command :
       {"eval " + late + "--json nowhere/s.json", "eval " + late + "--csv nowhere/s.csv",
        "eval " + late + "--csv .", "calibrate " + late + "-o nowhere/c.safetensors",
        "predict " + late + "--raw nowhere/r.safetensors",
        std::string("export m.safetensors -o .")}) {
    expect_refused(command, "in a folder that can be written to");
  }
  expect_refused("eval " + late + "--figures file/figures", "file is no folder");
  expect_refused("predict " + late + "-o nowhere/future.mp4", "'nowhere' does not exist");
  expect_refused("predict " + late + "-o future.gif", "end it in .mp4");
  expect_refused("eval " + late + "--json file --figures new/figures", "no-such-video.avi");
  EXPECT_EQ(read_bytes(folder_.file("file")), "mine");
  std::size_t names = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
    (void)entry;
    ++names;
  }
  EXPECT_EQ(names, 3U) << "the model, the video and `file`";
}

// Pipes are written to, once: trying them would end them.
TEST_F(Outputs, MayBePipes) {
  const test::ShellResult result =
      run("eval copy-last street.avi --horizon 1 --most 1 --json /dev/stdout > s.json; "
          "mkfifo pipe; cat pipe > t.json & " STIP_TRAIN
          " eval copy-last street.avi --horizon 1 --most 1 --json pipe; wait; grep -c psnr s.json "
          "t.json");
  EXPECT_THAT(result.text, testing::HasSubstr("t.json:"));
  EXPECT_THAT(result.text, testing::Not(testing::HasSubstr("json:0")));
}

}  // namespace
}  // namespace stip::training
