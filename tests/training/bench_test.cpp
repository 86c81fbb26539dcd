// `stip-train bench` as a user runs it.
#include <cmath>
#include <nlohmann/json.hpp>

#include "io/safetensors.h"
#include "media/video_writer.h"
#include "support/expect_error.h"
#include "support/shell.h"
#include "support/temporary_folder.h"

namespace stip::training {
namespace {

using test::ShellResult;

constexpr const char* kConfig =
    "model: {height: 32, width: 48, patch: 2, levels: 2, layers: 2, hidden: 16, context: 3}\n"
    "discriminator: {hidden: 16}\n"
    "data: {total: 5}\n"
    "train: {batch: 2, threads: 1}\n";

class Bench : public testing::Test {
 protected:
  void SetUp() override { test::write_bytes(folder_.file("c.yaml"), kConfig); }

  ShellResult run(const std::string& arguments) {
    return test::run_shell(folder_.path(), "OMP_NUM_THREADS=1 STIP_MODEL_PATH=" STIP_SOURCE_DIR
                                           "/pipelines/models " STIP_TRAIN " " +
                                               arguments);
  }

  nlohmann::json figures(const std::string& arguments) {
    const ShellResult result = run("bench " + arguments + " --threads 1 --json");
    EXPECT_EQ(result.code, 0) << result.text;
    return nlohmann::json::parse(result.text);
  }

  void expect_refused(const std::string& arguments, const std::string& text) {
    const ShellResult result = run("bench " + arguments);
    EXPECT_TRUE(result.code == 1 || result.code == 2) << arguments << ": exit code " << result.code;
    EXPECT_THAT(result.text, testing::HasSubstr(text));
  }

  template <typename T>
  std::vector<T> read(const std::string& file, const std::string& tensor,
                      std::vector<std::int64_t>* shape) {
    SafetensorsReader reader(folder_.file(file));
    const TensorEntry& entry = reader.tensors().at(tensor);
    *shape = entry.shape;
    std::vector<T> values((entry.end - entry.begin) / sizeof(T));
    reader.read(tensor, values.data());
    return values;
  }

  // The frames that `bench` says it predicted from, as pictures.
  int write_given(const std::string& file, const std::string& folder) {
    std::vector<std::int64_t> shape;
    const auto given = read<std::uint8_t>(file, "given", &shape);
    const int width = static_cast<int>(shape[2]), height = static_cast<int>(shape[1]);
    const auto writer = open_frame_writer(folder_.file(folder), {});
    for (std::int64_t t = 0; t < shape[0]; ++t) {
      writer->write({given.data() + t * 3 * width * height, width, height,
                     std::ptrdiff_t{3} * width, PixelOrder::kRgb});
    }
    writer->finish();
    return static_cast<int>(shape[0]);
  }

  test::TemporaryFolder folder_;
};

TEST_F(Bench, TellsWhatWasMeasured) {
  const auto f = figures("c.yaml --steps 7 --horizon 2");
  for (const char* key : {"step_ms_p50", "step_ms_p99", "step_ms_best", "step_ms_mean",
                          "frames_per_second", "gmac_per_step", "gflops", "peak_gflops",
                          "share_of_peak", "copy_gbytes_per_second", "peak_memory_bytes"}) {
    ASSERT_TRUE(f.at(key).is_number()) << key;
    EXPECT_GT(f.at(key).get<double>(), 0) << key;
  }
  EXPECT_EQ(f["size"], (std::vector<int>{48, 32}));
  EXPECT_EQ(f["steps"], 7);
  EXPECT_EQ(f["threads"], 1);
  EXPECT_EQ(f["rollout"]["horizon"], 2);
  EXPECT_EQ(f["rollout"]["context"], 3);
  EXPECT_EQ(f["rollout"]["state"], "window");
  EXPECT_GE(f["step_ms_p99"], f["step_ms_p50"]);
  EXPECT_GE(f["step_ms_p50"], f["step_ms_best"]);
  EXPECT_GT(f["rollout"]["ms_p50"].get<double>(), 0);
  double stages = 0;
  for (const char* stage : {"encoders", "core", "decoders", "output", "rest"}) {
    EXPECT_GE(f["stages_ms"][stage].get<double>(), 0) << stage;
    stages += f["stages_ms"][stage].get<double>();
  }
  EXPECT_NEAR(stages, f["step_ms_mean"].get<double>(), 1e-3);
  const auto info = nlohmann::json::parse(run("info c.yaml --json").text);
  EXPECT_DOUBLE_EQ(f["gmac_per_step"].get<double>() * 1e9,
                   info["multiply_adds_per_step"].get<double>());
}

TEST_F(Bench, PrintsTheSameForPeople) {
  const ShellResult result = run("bench small --size 40x32 --steps 2 --state recurrent");
  EXPECT_EQ(result.code, 0) << result.text;
  for (const char* text : {"small at 40x32", "p99", "encoders", "recurrent state", "peak memory"}) {
    EXPECT_THAT(result.text, testing::HasSubstr(text));
  }
}

// What was timed is what `predict` computes: the same numbers from the same frames.
TEST_F(Bench, GivesTheNumbersThatPredictGives) {
  for (const char* use : {"window --context 3", "recurrent"}) {
    figures(std::string("small --size 50x36 --steps 2 --horizon 3 --raw b.safetensors --state ") +
            use);
    std::filesystem::remove_all(folder_.file("given"));
    const int context = write_given("b.safetensors", "given");
    const ShellResult result =
        run("predict small given --threads 1 --horizon 3 --raw p.safetensors --context " +
            std::to_string(context));
    ASSERT_EQ(result.code, 0) << result.text;
    std::vector<std::int64_t> benched_shape, predicted_shape;
    const auto benched = read<float>("b.safetensors", "predictions", &benched_shape);
    const auto predicted = read<float>("p.safetensors", "predictions", &predicted_shape);
    EXPECT_EQ(benched_shape, (std::vector<std::int64_t>{3, 36, 50, 3}));
    EXPECT_EQ(benched_shape, predicted_shape);
    EXPECT_EQ(benched, predicted) << use;
  }
}

TEST_F(Bench, ConfigurationsHaveTheSameWeightsEveryTime) {
  std::vector<std::int64_t> shape;
  figures("c.yaml --steps 1 --raw a.safetensors");
  figures("c.yaml --steps 3 --raw b.safetensors");
  const auto a = read<float>("a.safetensors", "predictions", &shape);
  EXPECT_EQ(a, read<float>("b.safetensors", "predictions", &shape));
  double squares = 0;
  for (const float value : a) squares += double(value) * value;
  const double size = std::sqrt(squares / static_cast<double>(a.size()));
  EXPECT_GT(size, 1e-3);  // nothing died away on the way through the network
  EXPECT_LT(size, 10);
}

TEST_F(Bench, TimesTrainingToo) {
  const auto f = figures("c.yaml --train 2");
  EXPECT_EQ(f["iterations"], 2);
  EXPECT_GT(f["iteration_seconds_p50"].get<double>(), 0);
  EXPECT_GT(f["frame_loss"].get<double>(), 0);
  EXPECT_GT(f["peak_memory_bytes"].get<double>(), 0);
}

TEST_F(Bench, TrainsOnTheDeviceThatIsNamed) {
  const auto f = figures("c.yaml --train 1 --set train.device=cuda:63 --device cpu");
  EXPECT_EQ(f["device"], "cpu");
  EXPECT_EQ(f["peak_device_memory_bytes"], 0);
  expect_refused("c.yaml --train 1 --device cuda:63", "cuda:63 was asked for");
  expect_refused("c.yaml --train 1 --set train.device=cuda:63", "cuda:63 was asked for");
  expect_refused("c.yaml --train 1 --device gpu", "use auto, cpu");
}

TEST_F(Bench, TrainsChannelsLastWhenAsked) {
  const std::string command = "c.yaml --train 1 --set train.channels_last=";
  const double off = figures(command + "false")["frame_loss"],
               on = figures(command + "true")["frame_loss"];
  EXPECT_EQ(figures(command + "auto")["frame_loss"].get<double>(), off);  // fp32 on a CPU
  EXPECT_NEAR(on, off, 1e-4 * off);
  expect_refused(command + "maybe", "auto, true, false");
}

TEST_F(Bench, SaysWhatIsWrongInOneSentence) {
  expect_refused("", "MODEL is required");
  expect_refused("nosuch", "no model named 'nosuch'");
  expect_refused("none.yaml", "none.yaml does not exist");
  for (const char* size : {"3", "3x", "0x4", "3x4x5", "axb", "-3x4"}) {
    expect_refused(std::string("small --size=") + size, "give WIDTHxHEIGHT");
  }
  expect_refused("small --device cuda", "use --device cpu");
  expect_refused("small --device gpu", "use auto, cpu");
  expect_refused("small --precision int8", "fp32");
  expect_refused("small --steps 0", "--steps");
  expect_refused("small --horizon 65", "--horizon");
  expect_refused("small --context 65", "--context");
  expect_refused("small --state none", "--state");
  expect_refused("small --train 1", "give a .yaml file");
  expect_refused("small --size 40x32 --steps 1 --raw /proc/x", "/proc/x");
}

}  // namespace
}  // namespace stip::training
