// What ends a training run before its time, or keeps it from writing.
#include <cmath>
#include <nlohmann/json.hpp>

#include "io/model_file.h"
#include "program_fixture.h"

namespace stip::training {
namespace {

using test::read_bytes;
using test::ShellResult;

class Interruption : public ProgramTest {
 protected:
  bool exists(const std::string& name) { return std::filesystem::exists(folder_.file(name)); }

  std::int64_t checkpointed(const std::string& name) {
    return std::stoll(SafetensorsReader(folder_.file(name)).metadata().at("stip.iteration"));
  }

  void expect_numbers_only(const std::string& name) {
    SafetensorsReader file(folder_.file(name));
    for (const auto& [tensor, entry] : file.tensors()) {
      if (entry.dtype != "F32") continue;
      std::vector<float> values((entry.end - entry.begin) / sizeof(float));
      file.read(tensor, values.data());
      for (const float value : values) ASSERT_TRUE(std::isfinite(value)) << tensor;
    }
  }
};

// A model's weights, by name; what it notes of its run is another matter.
std::map<std::string, std::vector<char>> weights_of(const std::string& path) {
  SafetensorsReader file(path);
  std::map<std::string, std::vector<char>> weights;
  for (const auto& [name, entry] : file.tensors()) {
    weights[name].resize(entry.end - entry.begin);
    file.read(name, weights[name].data());
  }
  return weights;
}

// A run without end, on its own; `then` runs when it has logged a few iterations.
std::string endless(const std::string& config, const std::string& then) {
  return "fit " + config +
         " -o run --set train.iterations=1000000 --set train.validate_every=1000000 2> said & "
         "pid=$!; "
         "for i in $(seq 200); do "
         "  [ -f run/log.jsonl ] && [ $(wc -l < run/log.jsonl) -ge 15 ] && break; sleep 0.02; "
         "done; " +
         then + " wait $pid; echo code $?; cat said";
}

TEST_F(Interruption, SignalsSaveAndEnd) {
  write_data();
  const std::string config = fit_config();
  for (const auto& [signal, code] : {std::pair("INT", "code 130"), std::pair("TERM", "code 143")}) {
    std::filesystem::remove_all(folder_.file("run"));
    const ShellResult result = run(endless(config + " --set train.checkpoint_every=1000000",
                                           std::string("kill -") + signal + " $pid;"));
    EXPECT_THAT(result.text, testing::HasSubstr(code));
    ASSERT_TRUE(exists("run/checkpoints/last")) << result.text;
    EXPECT_GE(checkpointed("run/checkpoints/last"), 15);
    EXPECT_NO_THROW(read_model_header(SafetensorsReader(folder_.file("run/model.safetensors"))));
  }
}

// The whole of it: two networks and optimizers, moving average, both samplings, accumulation.
// Forty iterations in one go, or some fifteen, kill -9, and the rest: the same bytes.
TEST_F(Interruption, KilledAtAnyMomentItGoesOnExactly) {
  write_data();
  const std::string config = fit_config(
      "optimizer: {average: 0.9, clip: 0.5, warm_up: 5, decay_start: 10, decay_every: 4}\n"
      "sampling: {stop: 30, step: 0.03, reverse: true, reverse_start: 5, reverse_stop: 35, "
      "reverse_scale: 10}\n");
  const std::string rule = config +
                           " --set train.checkpoint_every=4 --set train.validate_every=10 "
                           "--set train.accumulate=3 --set train.batch=2 ";
  expect_ok("fit " + rule + "-o whole --set train.iterations=40");
  const ShellResult killed =
      run("fit " + rule +
          "-o part --set train.iterations=1000000 & pid=$!; "
          "for i in $(seq 2000); do "
          "  [ -f part/log.jsonl ] && [ $(grep -c gradient_norm part/log.jsonl) -ge 15 ] && break; "
          "  sleep 0.005; "
          "done; kill -KILL $pid; wait $pid; echo code $?");
  EXPECT_THAT(killed.text, testing::HasSubstr("code 137"));
  ASSERT_GE(checkpointed("part/checkpoints/last"), 12);
  ASSERT_LT(checkpointed("part/checkpoints/last"), 40) << "killed too late to tell anything";
  expect_ok("fit " + rule + "-o part --resume --set train.iterations=40");
  for (const char* name : {"last", "best"}) {
    const std::string file = std::string("/checkpoints/") + name;
    EXPECT_TRUE(read_bytes(folder_.file("whole" + file)) == read_bytes(folder_.file("part" + file)))
        << name;
  }
  EXPECT_TRUE(weights_of(folder_.file("whole/model.safetensors")) ==
              weights_of(folder_.file("part/model.safetensors")));
}

// Kept checkpoints are whole: from one of them the run goes on as it did.
TEST_F(Interruption, GoesOnFromAKeptCheckpoint) {
  write_data();
  expect_ok("fit " + fit_config() + " -o run --set train.keep_every=2");
  EXPECT_EQ(checkpointed("run/checkpoints/step-2"), 2);
  EXPECT_EQ(checkpointed("run/checkpoints/step-4"), 4);
  const std::string end = read_bytes(folder_.file("run/checkpoints/last"));
  std::filesystem::copy_file(folder_.file("run/checkpoints/step-4"),
                             folder_.file("run/checkpoints/last"),
                             std::filesystem::copy_options::overwrite_existing);
  expect_ok("fit " + fit_config() + " -o run --resume");
  EXPECT_TRUE(read_bytes(folder_.file("run/checkpoints/last")) == end);
}

// More memory or less: the run is the same one.
TEST_F(Interruption, MayGoOnWithRecomputing) {
  write_data();
  expect_ok("fit " + fit_config() + " -o whole");
  expect_ok("fit " + fit_config() + " -o part --set train.iterations=3");
  expect_ok("fit " + fit_config() + " -o part --resume --set train.recompute=true");
  EXPECT_TRUE(read_bytes(folder_.file("whole/checkpoints/last")) ==
              read_bytes(folder_.file("part/checkpoints/last")));
}

// A limit on file sizes stands for a disk that is full: writing fails half-way through a file.
TEST_F(Interruption, AFullDiskIsReportedAndLeavesNoHalves) {
  write_data();
  const ShellResult result =
      run("--version; ulimit -f 16; " STIP_TRAIN " fit " + fit_config() + " -o run; echo code $?");
  EXPECT_THAT(result.text, testing::HasSubstr("a checkpoint was not saved: could not write"));
  EXPECT_THAT(result.text, testing::HasSubstr("File too large"));
  EXPECT_THAT(result.text,
              testing::HasSubstr("the last checkpoint in run could not be written; make "
                                 "room, then begin anew, with another folder"));
  EXPECT_THAT(result.text, testing::HasSubstr("code 1\n"));
  EXPECT_TRUE(std::filesystem::is_empty(folder_.file("run/checkpoints")));
  EXPECT_FALSE(exists("run/model.safetensors"));
}

TEST_F(Interruption, ALostLastCheckpointIsNoSuccessAndResumedFromTheOneBefore) {
  write_data();
  expect_ok("fit " + fit_config() + " -o whole");
  expect_ok("fit " + fit_config() + " -o part --set train.iterations=3");
  const ShellResult result = run("--version; ulimit -f 16; " STIP_TRAIN " fit " + fit_config() +
                                 " -o part --resume; echo code $?");
  EXPECT_THAT(result.text, testing::HasSubstr("make room, then --resume, which goes on after "
                                              "iteration 3"));
  EXPECT_THAT(result.text, testing::HasSubstr("code 1\n"));
  expect_ok("fit " + fit_config() + " -o part --resume");
  EXPECT_TRUE(read_bytes(folder_.file("whole/checkpoints/last")) ==
              read_bytes(folder_.file("part/checkpoints/last")));
}

// A model that could not be written at the very end is written by --resume, with nothing to train.
TEST_F(Interruption, ALostModelIsNoSuccessAndMadeUpFor) {
  write_data();
  const std::string fit = "fit " + fit_config() + " -o run --set data.validation=[] ";
  expect_ok(fit + "--set train.iterations=3");
  // A folder in its place: no model can be written there.
  std::filesystem::remove(folder_.file("run/model.safetensors"));
  std::filesystem::create_directory(folder_.file("run/model.safetensors"));
  expect_refused(fit + "--resume",
                 "the model run/model.safetensors could not be written; make room, then --resume");
  EXPECT_EQ(checkpointed("run/checkpoints/last"), 6);
  std::filesystem::remove(folder_.file("run/model.safetensors"));
  expect_ok(fit + "--resume");
  EXPECT_NO_THROW(read_model_header(SafetensorsReader(folder_.file("run/model.safetensors"))));
}

TEST_F(Interruption, TrainingGoesOnFromMemoryUntilThereIsRoom) {
  write_data();
  const ShellResult result =
      run("--version; ulimit -S -f 16; " STIP_TRAIN " " +
          endless(fit_config() + " --set train.checkpoint_every=5",
                  "[ -e run/checkpoints/last ] && echo too early; "
                  "prlimit --pid $pid --fsize=unlimited; "
                  "for i in $(seq 500); do [ -s run/checkpoints/last ] && break; sleep 0.02; done; "
                  "kill -INT $pid;"));
  EXPECT_THAT(result.text, testing::HasSubstr("a checkpoint was not saved"));
  EXPECT_THAT(result.text, testing::Not(testing::HasSubstr("too early")));
  EXPECT_THAT(result.text, testing::HasSubstr("code 130"));
  ASSERT_TRUE(exists("run/checkpoints/last")) << result.text;
  EXPECT_GE(checkpointed("run/checkpoints/last"), 15);
  expect_numbers_only("run/checkpoints/last");
}

TEST_F(Interruption, StopsWhenTheLossIsNoNumberAndKeepsTheLastGoodCheckpoint) {
  write_data();
  const ShellResult result =
      run("fit " + fit_config() +
          " -o run --set train.iterations=1000 --set train.checkpoint_every=1 "
          "--set train.validate_every=1000 --set optimizer.rate=10 "
          "--set loss.perceptual=0 --set loss.adversarial=0");
  EXPECT_EQ(result.code, 1) << result.text;
  EXPECT_THAT(result.text,
              testing::HasSubstr("no longer a finite number; lower the learning rate"));
  ASSERT_TRUE(exists("run/checkpoints/last")) << result.text;
  expect_numbers_only("run/checkpoints/last");
  expect_numbers_only("run/model.safetensors");
}

}  // namespace
}  // namespace stip::training
