// Every shipped configuration trains, at its full picture size, and needs the memory that it says.
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "io/model_file.h"
#include "program_fixture.h"
#include "progress.h"
#include "run_config.h"
#include "train/memory_estimate.h"
#include "trainer_options.h"

namespace stip::training {
namespace {

constexpr double kMegabyte = 1 << 20;
constexpr int kCacheMegabytes = 32;

struct Preset {
  const char* name;
  int width, height;  // of the pictures given; 2160 rows are padded to the network's 2176
  const char* more = "";
};

class Presets : public ProgramTest, public testing::WithParamInterface<Preset> {
 protected:
  static std::string path(const std::string& name) {
    return STIP_SOURCE_DIR "/training/configs/" + name + ".yaml";
  }
};

TEST_P(Presets, RunTwoIterationsInTheMemoryThatIsEstimated) {
  const Preset& preset = GetParam();
  std::vector<std::string> overrides;
  std::istringstream more(preset.more);
  for (std::string text; more >> text;) overrides.push_back(text);
  const RunConfig config = read_run_config(path(preset.name), overrides);
  const double estimated = static_cast<double>(
      estimate_training_memory(trainer_options(config), config.train.batch, config.data.total));
  if (memory_available() < 1.25 * estimated) {
    GTEST_SKIP() << "it needs " << estimated / 1e9 << " GB of memory";
  }
  write_video("v.avi", config.data.total, preset.width, preset.height);
  std::string command = "fit " + path(preset.name) +
                        " -o run --set data.train=[v.avi] --set train.iterations=2 "
                        "--set train.log_every=1 --set data.cache_mb=" +
                        std::to_string(kCacheMegabytes);
  for (const std::string& text : overrides) command += " --set " + text;
  expect_ok(command);

  std::istringstream log(test::read_bytes(folder_.file("run/log.jsonl")));
  double peak = 0;
  int iterations = 0;
  for (std::string line; std::getline(log, line); ++iterations) {
    const auto record = nlohmann::json::parse(line);
    EXPECT_GT(record["frame"].get<double>(), 0);
    EXPECT_GT(record["gradient_norm"].get<double>(), 0);
    if (config.loss.perceptual > 0) {
      EXPECT_GT(record["discriminator"].get<double>(), 0);
    }
    peak = record["peak_memory_bytes"].get<double>();
  }
  EXPECT_EQ(iterations, 2);
  const ModelFileHeader header =
      read_model_header(SafetensorsReader(folder_.file("run/model.safetensors")));
  EXPECT_TRUE(header.config == config.model);
  const double ratio = (estimated + kCacheMegabytes * kMegabyte) / peak;
  std::printf("%s %s: peak %.0f MB, estimated %.0f MB and %d MB of cache, %.2f\n", preset.name,
              preset.more, peak / 1e6, estimated / 1e6, kCacheMegabytes, ratio);
  EXPECT_GT(ratio, 0.75);
  EXPECT_LT(ratio, 1.25);
}

INSTANTIATE_TEST_SUITE_P(
    Configurations, Presets,
    testing::Values(Preset{"small", 320, 240}, Preset{"motion", 320, 240},
                    Preset{"surveillance", 320, 240}, Preset{"ucfsport", 512, 512},
                    Preset{"ucfsport", 512, 512, "train.recompute=true"},
                    Preset{"human36m", 1024, 1024}, Preset{"sjtu4k", 3840, 2160}),
    [](const auto& tested) {
      return std::string(tested.param.name) + (*tested.param.more == 0 ? "" : "Recomputed");
    });

// What stands in the configurations and the documentation is the estimate, which the test above
// holds against measurements.
TEST(PresetMemory, IsWrittenInEachConfiguration) {
  for (const std::string name :
       {"small", "surveillance", "motion", "ucfsport", "human36m", "sjtu4k"}) {
    const std::string path = STIP_SOURCE_DIR "/training/configs/" + name + ".yaml";
    for (const bool recompute : {false, true}) {
      if (recompute && name == "motion") continue;  // it cannot
      const RunConfig config =
          read_run_config(path, {std::string("train.recompute=") + (recompute ? "true" : "false")});
      const double bytes = static_cast<double>(
          estimate_training_memory(trainer_options(config), config.train.batch, config.data.total));
      char text[32];
      std::snprintf(text, sizeof text, "%.1f GB", bytes / 1e9);
      EXPECT_THAT(test::read_bytes(path), testing::HasSubstr(text)) << name;
    }
  }
}

}  // namespace
}  // namespace stip::training
