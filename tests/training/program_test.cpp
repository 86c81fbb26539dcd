// The program stip-train as a user runs it.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "io/calibration_text.h"
#include "io/model_file.h"
#include "media/picture.h"
#include "program_fixture.h"

namespace stip::training {
namespace {

using test::Picture;
using test::read_bytes;
using test::ShellResult;
using test::write_bytes;

using Program = ProgramTest;

TEST_F(Program, ShowsHelpAndVersion) {
  for (const char* command : {"fit", "eval", "predict", "calibrate", "info", "import", "export",
                              "check-data", "prepare", "bench"}) {
    const ShellResult help = run(std::string(command) + " --help");
    EXPECT_EQ(help.code, 0);
    EXPECT_THAT(help.text, testing::HasSubstr("Example: stip-train " + std::string(command)));
  }
  EXPECT_THAT(run("--version").text, testing::HasSubstr("0."));
  EXPECT_EQ(run("").code, 2);
  EXPECT_EQ(run("nosuch").code, 2);
  EXPECT_EQ(run("fit --nosuch").code, 2);
}

TEST_F(Program, TrainsInMixedPrecisionAndWhereItIsTold) {
  write_data();
  const std::string config = fit_config();
  EXPECT_THAT(
      run("fit " + config + " -o run --set train.precision=bf16 --set train.device=cpu").text,
      testing::HasSubstr("trained on cpu"));
  EXPECT_THAT(read_bytes(folder_.file("run/config.yaml")), testing::HasSubstr("precision: bf16"));
  expect_ok("eval run/model.safetensors held.avi --horizon 2");
  expect_refused("fit " + config + " -o run --resume --set train.precision=fp32",
                 "precision: bf16");
  expect_refused("fit " + config + " -o gpu --set train.device=cuda:63", "cuda:63 was asked for");
  expect_refused("fit " + config + " -o gpu --set train.device=gpu", "cuda:N");
  expect_refused("fit " + config + " -o gpu --set train.precision=fp16", "fp32, bf16");
}

TEST_F(Program, TrainsAModelThatPredictsAndIsMeasured) {
  write_data();
  expect_ok("fit " + fit_config() + " -o run");
  const ModelFileHeader header =
      read_model_header(SafetensorsReader(folder_.file("run/model.safetensors")));
  EXPECT_EQ(header.config.context, 3);
  EXPECT_THAT(header.training, testing::HasSubstr("train.avi"));
  std::istringstream log(read_bytes(folder_.file("run/log.jsonl")));
  int iterations = 0, validations = 0;
  for (std::string line; std::getline(log, line);) {
    const auto record = nlohmann::json::parse(line);
    iterations += record.contains("frame");
    validations += record.contains("validation_psnr");
  }
  EXPECT_EQ(iterations, 6);
  EXPECT_EQ(validations, 2);
  expect_ok("info run/model.safetensors");
  expect_ok("eval run/model.safetensors held.avi --horizon 2 --json scores.json");
  const auto scores = nlohmann::json::parse(read_bytes(folder_.file("scores.json")));
  EXPECT_EQ(scores["mean"].size(), 2u);
  EXPECT_GT(scores["mean"][0]["model"]["psnr"].get<double>(), 10);
  EXPECT_EQ(scores["clips"][0]["frames"], 12);
  expect_ok("predict run/model.safetensors held.avi -o future --horizon 3 --raw raw.safetensors");
  EXPECT_TRUE(std::filesystem::exists(folder_.file("future/000003.png")));
  EXPECT_EQ(SafetensorsReader(folder_.file("raw.safetensors")).tensors().at("predictions").shape,
            (std::vector<std::int64_t>{3, 32, 40, 3}));
  expect_ok("predict run/model.safetensors held.avi -o future.mp4");
}

TEST_F(Program, ResumesAfterBeingKilledAsIfNothingHadHappened) {
  write_data();
  expect_ok("fit " + fit_config() + " -o whole");
  expect_ok("fit " + fit_config() + " -o part --set train.iterations=3");
  // Six iterations in one go, or three, the end of the process, and three more.
  expect_ok("fit " + fit_config() + " -o part --resume");
  EXPECT_EQ(read_bytes(folder_.file("whole/checkpoints/last")),
            read_bytes(folder_.file("part/checkpoints/last")));
  expect_refused("fit " + fit_config() + " -o part", "--resume");
  expect_refused("fit " + fit_config() + " -o part --resume --set optimizer.rate=1",
                 "it had `rate: 0.005`");
  expect_refused("fit " + fit_config() + " -o nowhere --resume", "no run to continue");
  EXPECT_FALSE(std::filesystem::exists(folder_.file("nowhere")));
}

TEST_F(Program, ShowsWhatARunDoes) {
  write_data();
  expect_ok("fit " + fit_config() + " -o run --set train.iterations=3");
  expect_ok("fit " + fit_config() + " -o run --resume");
  const std::string html = read_bytes(folder_.file("run/report.html"));
  EXPECT_THAT(html, testing::HasSubstr("Iteration 6 of 6"));
  EXPECT_THAT(html, testing::HasSubstr("Validation PSNR"));
  EXPECT_THAT(html, testing::HasSubstr("held.avi, iteration 6"));
  EXPECT_THAT(html, testing::HasSubstr("held.avi, iteration 3"));
  EXPECT_THAT(html, testing::HasSubstr("--resume"));
  EXPECT_THAT(html, testing::Not(testing::HasSubstr("http")));
  // Truth, prediction and error of two horizons beside their names.
  const Image strip = read_picture(folder_.file("run/strips/00000006-1-held.avi.png"));
  EXPECT_EQ(strip.width, 100 + 2 * 44);
  EXPECT_EQ(strip.height, 20 + 3 * 36);
}

// The real tensorboard reads what both processes of a run wrote as one.
TEST_F(Program, WritesEventFilesThatTensorBoardReads) {
  write_data();
  expect_ok("fit " + fit_config() + " -o run --set train.iterations=3");
  expect_ok("fit " + fit_config() + " -o run --resume");
  const ShellResult read =
      test::run_shell(folder_.path(), "${STIP_PYTHON:-python3} " STIP_SOURCE_DIR
                                      "/tests/training/read_events.py run/tensorboard");
  if (read.code == 77) GTEST_SKIP() << read.text;
  ASSERT_EQ(read.code, 0) << read.text;
  EXPECT_THAT(read.text, testing::ContainsRegex("scalar frame 1=.* 2=.* 3=.* 4=.* 5=.* 6="));
  EXPECT_THAT(read.text, testing::ContainsRegex("scalar validation/psnr/2 3=.* 6="));
  EXPECT_THAT(read.text, testing::HasSubstr("image strip/1 3 188x128"));
  EXPECT_THAT(read.text, testing::HasSubstr("image strip/1 6 188x128"));
}

TEST_F(Program, RefusesToValidateOnWhatItTrainsOn) {
  write_data();
  std::filesystem::copy(folder_.file("train.avi"), folder_.file("copy.avi"));
  const std::string config = fit_config();
  expect_refused("fit " + config + " -o run --set data.validation=[copy.avi]",
                 "the same picture as frame 0 of 'train.avi'");
  expect_refused("fit " + config +
                     " -o run --set 'data.train=[{path: train.avi, last: 12}]'"
                     " --set 'data.validation=[{path: train.avi, first: 12}]'",
                 "frame 12 of 'train.avi'");
  expect_ok("fit " + config +
            " -o run --set 'data.train=[{path: train.avi, last: 11}]'"
            " --set 'data.validation=[{path: train.avi, first: 12}]'");
}

TEST_F(Program, ImportsCheckpointsOfTheRelease) {
  const std::string parity = STIP_SOURCE_DIR "/tests/data/parity/";
  write_bytes(
      folder_.file("tiny.yaml"),
      "model: {height: 64, width: 64, patch: 2, levels: 2, layers: 3, hidden: 8, context: 3}\n"
      "discriminator: {hidden: 16}\n");
  expect_ok("import --generator " + parity + "tiny_model_pm.ckpt --discriminator " + parity +
            "tiny_model_d.ckpt --config tiny.yaml -o tiny.safetensors");
  // The reference's own frames in, its numbers out.
  SafetensorsReader reference(parity + "tiny.safetensors");
  Picture picture(64, 64);
  std::vector<std::uint8_t> frames(6 * 64 * 64 * 3);
  reference.read("frames_u8", frames.data());
  const auto writer = open_frame_writer(folder_.file("clip"), {});
  for (int t = 0; t < 6; ++t) {
    writer->write({frames.data() + t * 64 * 64 * 3, 64, 64, 64 * 3, PixelOrder::kBgr});
  }
  writer->finish();
  expect_ok("predict tiny.safetensors clip --start 3 --horizon 3 --raw raw.safetensors");
  std::vector<float> expected(5 * 12 * 32 * 32), found(3 * 64 * 64 * 3);
  reference.read("output", expected.data());
  SafetensorsReader(folder_.file("raw.safetensors")).read("predictions", found.data());
  double largest = 0;
  for (int n = 0; n < 3; ++n) {
    for (int y = 0; y < 64; ++y) {
      for (int x = 0; x < 64; ++x) {
        for (int c = 0; c < 3; ++c) {  // BGR channels of 2x2 patches against RGB pictures
          const int channel = ((y % 2) * 2 + x % 2) * 3 + c;
          const float e =
              expected[static_cast<size_t>((((n + 2) * 12 + channel) * 32 + y / 2) * 32 + x / 2)];
          const float f = found[static_cast<size_t>(((n * 64 + y) * 64 + x) * 3 + 2 - c)];
          largest = std::max(largest, static_cast<double>(std::abs(e - f)));
        }
      }
    }
  }
  EXPECT_LE(largest, 5e-6);
  expect_refused("import --generator tiny.yaml --config tiny.yaml -o x", "no torch.save archive");
  expect_refused("import --generator " + parity + "pair_model_pm.ckpt --config tiny.yaml -o x",
                 "does not fit");
  EXPECT_FALSE(std::filesystem::exists(folder_.file("x")));
}

// The shipped model on frames that it has not seen; a different part of them calibrates.
TEST_F(Program, CalibratesTheShippedModelAndPredictsNearlyTheSameInInt8) {
  const std::string model = STIP_SOURCE_DIR "/pipelines/models/residual.safetensors ";
  const std::string video = STIP_SOURCE_DIR "/pipelines/media/square.mp4 ";
  expect_refused("predict " + model + video + "--raw no.safetensors --precision int8",
                 "stip-train calibrate");
  expect_ok("calibrate " + model + video + "-o c.safetensors --clips 2 --frames 2 --horizon 2");
  const SafetensorsReader before(STIP_SOURCE_DIR "/pipelines/models/residual.safetensors");
  const SafetensorsReader after(folder_.file("c.safetensors"));
  EXPECT_EQ(read_model_header(after).training, read_model_header(before).training);
  const auto predict = [&](const std::string& precision) {
    expect_ok("predict c.safetensors " + video + "--start 50 --horizon 1 --raw " + precision +
              " --precision " + precision);
    SafetensorsReader file(folder_.file(precision));
    std::vector<float> values(std::size_t{576} * 768 * 3);
    file.read("predictions", values.data());
    return values;
  };
  const auto exact = predict("fp32"), coarse = predict("int8");
  double squares = 0;
  for (std::size_t i = 0; i < exact.size(); ++i) {
    squares += (double{exact[i]} - coarse[i]) * (double{exact[i]} - coarse[i]);
  }
  const double psnr = -10 * std::log10(squares / double(exact.size()));
  EXPECT_GE(psnr, 44);
  EXPECT_LE(psnr, 80);  // else int8 was not int8
}

// Alarms ask how unusual an error is: normal is what the model file was shown.
TEST_F(Program, CalibratesAlarmsOnNormalVideo) {
  write_video("normal.avi", 20);
  const std::string model = STIP_SOURCE_DIR "/pipelines/models/residual.safetensors ";
  expect_ok("calibrate " + model +
            "normal.avi --alarms-only --horizon 2 --normal 9 -o alarms.safetensors");
  const auto header = read_model_header(SafetensorsReader(folder_.file("alarms.safetensors")));
  const Calibration calibration = parse_calibration(header.calibration);
  ASSERT_EQ(calibration.horizons.size(), 2U);
  EXPECT_EQ(calibration.horizons.at(1).frames, 9U);
  EXPECT_GT(calibration.horizons.at(1).errors.back(), 0);
  EXPECT_GE(calibration.horizons.at(2).errors.back(), calibration.horizons.at(2).errors.front());
  expect_refused("predict alarms.safetensors normal.avi --raw x.safetensors --precision int8",
                 "stip-train calibrate");
  // What is for int8 comes beside it, and stays when alarms are calibrated anew.
  expect_ok("calibrate alarms.safetensors normal.avi --normal 0 --clips 1 --frames 1 --horizon 1");
  expect_ok("calibrate alarms.safetensors normal.avi --alarms-only --normal 4 --horizon 1");
  expect_ok("predict alarms.safetensors normal.avi --raw x.safetensors --precision int8");
  const auto again = read_model_header(SafetensorsReader(folder_.file("alarms.safetensors")));
  EXPECT_EQ(parse_calibration(again.calibration).horizons.at(1).frames, 4U);
  expect_refused("calibrate " STIP_SOURCE_DIR
                 "/pipelines/models/small.safetensors normal.avi -o no.safetensors --normal 0",
                 "--alarms-only");
}

TEST_F(Program, ExportsWhatItImports) {
  const std::string parity = STIP_SOURCE_DIR "/tests/data/parity/";
  write_bytes(
      folder_.file("tiny.yaml"),
      "model: {height: 64, width: 64, patch: 2, levels: 2, layers: 3, hidden: 8, context: 3}\n");
  expect_ok("import --generator " + parity + "tiny_model_pm.ckpt --config tiny.yaml -o a");
  expect_ok("export a -o back.ckpt");
  expect_ok("import --generator back.ckpt --config tiny.yaml -o b");
  SafetensorsReader a(folder_.file("a")), b(folder_.file("b"));
  ASSERT_EQ(a.tensors().size(), b.tensors().size());
  for (const auto& [name, entry] : a.tensors()) {
    std::vector<char> of_a(entry.end - entry.begin), of_b(of_a.size());
    a.read(name, of_a.data());
    b.read(name, of_b.data());
    EXPECT_EQ(of_a, of_b) << name;
  }
  expect_refused("export tiny.yaml -o x", "safetensors");
  expect_refused("export a -o nowhere/x", "nowhere/x");
  EXPECT_FALSE(std::filesystem::exists(folder_.file("x")));
  // Python reads both the export and the model file, and predicts the same numbers.
  SafetensorsReader reference(parity + "tiny.safetensors");
  std::vector<std::uint8_t> frames(6 * 64 * 64 * 3);
  reference.read("frames_u8", frames.data());
  const auto writer = open_frame_writer(folder_.file("clip"), {});
  for (int t = 0; t < 3; ++t) {
    writer->write({frames.data() + t * 64 * 64 * 3, 64, 64, 64 * 3, PixelOrder::kBgr});
  }
  writer->finish();
  expect_ok("predict a clip --horizon 4 --raw raw.safetensors");
  const ShellResult checked =
      test::run_shell(folder_.path(), "${STIP_PYTHON:-python3} " STIP_SOURCE_DIR
                                      "/tests/training/check_python.py a " +
                                          parity + "tiny.safetensors raw.safetensors back.ckpt");
  if (checked.code == 77) GTEST_SKIP() << checked.text;
  EXPECT_EQ(checked.code, 0) << checked.text;
}

TEST_F(Program, ChecksData) {
  write_data();
  expect_ok("check-data train.avi held.avi");
  const ShellResult result =
      test::run_shell(folder_.path(), STIP_TRAIN " check-data . --json 2>/dev/null");
  const auto report = nlohmann::json::parse(result.text);
  EXPECT_EQ(report["clips"].size(), 2u);
  EXPECT_EQ(report["frames"], 36);
  EXPECT_EQ(report["unreadable"], 0);
  EXPECT_EQ(report["sizes"]["40x32"], 2);
  write_bytes(folder_.file("text.mp4"), "no video");
  expect_refused("check-data .", "1 of 3 clips cannot be read");
  expect_refused("check-data nosuch", "nosuch");
}

// 30 rows for a network tied to 32: as SJTU4K's 2160 for 2176.
TEST_F(Program, PadsPicturesALittleSmallerThanTheNetwork) {
  write_video("train.avi", 24, 40, 30);
  write_video("held.avi", 12, 40, 30, 20);
  const std::string sizes =
      " --set model.norm=layer --set model.width=40 --set model.height=32 --set data.crop=0";
  expect_ok("fit " + fit_config() + " -o run" + sizes);
  EXPECT_THAT(read_bytes(folder_.file("run/log.jsonl")), testing::HasSubstr("validation_psnr"));
  write_video("train.avi", 24, 40, 24);
  expect_refused("fit " + fit_config() + " -o other" + sizes, "the model's are 40x32");
}

TEST_F(Program, SaysWhatIsWrongInOneSentence) {
  write_video("train.avi");
  write_bytes(folder_.file("text.mp4"), "no video");
  write_bytes(folder_.file("empty"), "");
  const std::string config = fit_config();
  expect_refused("fit none.yaml -o run", "none.yaml does not exist");
  expect_refused("fit " + config, "fit needs -o");
  expect_refused("fit " + config + " -o run", "held.avi");
  expect_refused("fit " + config + " -o run --set data.validation=[] --set data.train=[]",
                 "data.train names no files");
  expect_refused("fit " + config + " -o run --set data.validation=[] --set data.total=99",
                 "train.avi");
  expect_refused("fit " + config + " -o run --set data.validation=[] --set data.train=[text.mp4]",
                 "text.mp4");
  expect_refused("fit " + config + " -o /proc/run --set data.validation=[]", "cannot be made");
  expect_refused("info empty", "it is empty");
  expect_refused("info text.mp4", "not a safetensors");
  expect_refused("eval copy-last train.avi --horizon 40", "frames");
  expect_refused("eval copy-last text.mp4", "text.mp4");
  expect_refused("eval nosuch train.avi", "nosuch");
  expect_refused("predict nosuch.safetensors train.avi -o x.mp4", "No such file");
  expect_refused("predict nosuch.safetensors train.avi", "needs -o");
}

TEST_F(Program, TakesModelNamesEverywhere) {
  write_video("train.avi", 10);
  const std::string named = "STIP_MODEL_PATH=" STIP_SOURCE_DIR "/pipelines/models " STIP_TRAIN " ";
  for (const char* command :
       {"info small", "eval small train.avi --horizon 1",
        "predict small train.avi -o p.avi --horizon 1",
        "fit " STIP_SOURCE_DIR "/pipelines/models/residual-2.yaml --init residual -o tuned --set "
        "data.train=[train.avi] --set data.validation=[] --set "
        "train.iterations=1 --set train.batch=1 --set data.crop=32"}) {
    const ShellResult result = test::run_shell(folder_.path(), named + command);
    EXPECT_EQ(result.code, 0) << result.text;
  }
}

TEST_F(Program, WritesNamesThatAreNotUtf8) {
  write_video("train.avi", 12);
  std::filesystem::rename(folder_.file("train.avi"), folder_.file("tr\xe9.avi"));
  expect_ok("eval copy-last tr\xe9.avi --horizon 1 --json s.json");
  EXPECT_NO_THROW(nlohmann::json::parse(read_bytes(folder_.file("s.json"))));
}

TEST_F(Program, MeasuresCopyLastAsItself) {
  write_video("train.avi");
  expect_ok("eval copy-last train.avi --horizon 3 --json s.json");
  const auto scores = nlohmann::json::parse(read_bytes(folder_.file("s.json")));
  for (const auto& horizon : scores["mean"]) EXPECT_EQ(horizon["model"], horizon["copy_last"]);
}

TEST_F(Program, MeasuresEveryFigureBesideTheYardsticks) {
  write_video("moving.avi", 12, 200, 180);
  write_video("other.avi", 12, 40, 32);
  expect_ok("eval copy-last moving.avi other.avi --horizon 2 --json s.json --csv s.csv");
  const auto scores = nlohmann::json::parse(read_bytes(folder_.file("s.json")));
  ASSERT_EQ(scores["clips"].size(), 2u);
  const auto& first = scores["clips"][0]["horizons"][1];
  EXPECT_EQ(first["k"], 2);
  EXPECT_EQ(scores["clips"][0]["starts"], 12 - 4 - 2 + 1);
  for (const char* column : {"model", "copy_last"}) {
    for (const char* figure : {"mse", "mae", "psnr", "ssim", "ms_ssim", "sharpness"}) {
      EXPECT_TRUE(first[column][figure].is_number()) << column << " " << figure;
    }
    EXPECT_TRUE(first[column]["lpips"].is_null());
  }
  // A flow is to be had or its absence is told; the same for pictures too small for MS-SSIM.
  EXPECT_EQ(first["flow"].is_null(), scores["not_available"].contains("flow"));
  EXPECT_EQ(first["blend"].is_null(), scores["not_available"].contains("blend"));
  EXPECT_TRUE(scores["not_available"].contains("lpips"));
  EXPECT_TRUE(scores["clips"][1]["horizons"][0]["model"]["ms_ssim"].is_null());
  // Mean over clips, not over starts.
  EXPECT_NEAR(scores["mean"][0]["model"]["psnr"].get<double>(),
              (scores["clips"][0]["horizons"][0]["model"]["psnr"].get<double>() +
               scores["clips"][1]["horizons"][0]["model"]["psnr"].get<double>()) /
                  2,
              1e-9);
  const std::string csv = read_bytes(folder_.file("s.csv"));
  EXPECT_EQ(csv.substr(0, csv.find('\n')),
            "group,name,horizon,predictor,mse,mae,psnr,ssim,ms_ssim,lpips,sharpness");
  EXPECT_THAT(csv, testing::HasSubstr("clip,moving.avi,mean,copy_last,"));
  EXPECT_THAT(csv, testing::HasSubstr(",not available,"));
}

// Peak memory of a command alone, bytes.
long long peak_of(const std::string& folder, const std::string& command) {
  const pid_t child = fork();
  if (child == 0) {
    execlp("sh", "sh", "-c", ("cd '" + folder + "' && exec " + command + " > said 2>&1").c_str(),
           nullptr);
    _exit(127);
  }
  int status = -1;
  rusage usage{};
  EXPECT_EQ(wait4(child, &status, 0, &usage), child);
  EXPECT_EQ(status, 0) << command;
  return usage.ru_maxrss * 1024LL;
}

TEST_F(Program, MeasuresAnyNumberOfStartsInTheSameMemory) {
  write_video("v.avi", 100, 320, 240);
  const std::string eval =
      "env OMP_NUM_THREADS=1 " STIP_TRAIN " eval copy-last v.avi --horizon 3 --most ";
  // 80 more starts of three predictions each of copy-last, flow and blend are 166 MB.
  EXPECT_LT(peak_of(folder_.path(), eval + "90") - peak_of(folder_.path(), eval + "10"), 20 << 20);
}

TEST_F(Program, DrawsFigures) {
  write_video("moving.avi", 12, 200, 180);
  expect_ok("eval copy-last moving.avi --horizon 7 --figures pictures");
  for (const char* name : {"01-moving-strip.png", "01-moving-error.png", "curves.png"}) {
    EXPECT_TRUE(std::filesystem::exists(folder_.file(std::string("pictures/") + name))) << name;
  }
  // Five columns of 200 pixels beside the rows' names; the first tile is the truth.
  const Image strip = read_picture(folder_.file("pictures/01-moving-strip.png"));
  EXPECT_EQ(strip.width, 100 + 5 * 204);
  const Picture truth = Picture::moving(200, 180, 4);
  const std::size_t at = (std::size_t{20 + 60} * strip.width + 100 + 30) * 3;
  EXPECT_TRUE(std::equal(strip.pixels.begin() + std::ptrdiff_t(at),
                         strip.pixels.begin() + std::ptrdiff_t(at) + 3,
                         truth.pixels.begin() + (60 * 200 + 30) * 3));
  expect_refused("eval copy-last moving.avi --figures /proc/none", "cannot be made");
  EXPECT_THAT(run("eval copy-last moving.avi --horizon 1 --figures more").text,
              testing::HasSubstr("features is not available: copy-last is no network"));
  // The paper's Fig. 5 of a network: four given, horizon 3: six steps.
  expect_ok("eval " STIP_SOURCE_DIR
            "/pipelines/models/residual.safetensors moving.avi --horizon 3 "
            "--most 2 --figures network");
  const Image features = read_picture(folder_.file("network/01-moving-features.png"));
  EXPECT_EQ((features.width - 100) % 6, 0);
  EXPECT_GT(features.width, 100 + 6 * 64);
  EXPECT_EQ((features.height - 20) % 4, 0);
}

TEST_F(Program, CountsAsThePaperDoesWhenAsked) {
  write_video("v.avi", 8);
  expect_ok("eval copy-last v.avi --horizon 1 --json strict.json");
  expect_ok("eval copy-last v.avi --horizon 1 --metrics paper --json paper.json");
  const auto figure = [&](const std::string& file, const char* name) {
    const auto scores = nlohmann::json::parse(read_bytes(folder_.file(file)));
    return scores["mean"][0]["model"][name].get<double>();
  };
  EXPECT_NEAR(figure("paper.json", "mse"), figure("strict.json", "mse") * 3 * 40 * 32, 1e-6);
  EXPECT_NEAR(figure("paper.json", "mae"), figure("strict.json", "mae") * 3 * 40 * 32, 1e-6);
  EXPECT_EQ(figure("paper.json", "psnr"), figure("strict.json", "psnr"));
  EXPECT_NE(figure("paper.json", "ssim"), figure("strict.json", "ssim"));
  expect_refused("eval copy-last v.avi --metrics loose", "strict");
}

}  // namespace
}  // namespace stip::training
