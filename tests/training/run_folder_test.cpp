// The folder of a run: whose it is, and what is left of it.
#include "run_folder.h"

#include <nlohmann/json.hpp>
#include <sstream>

#include "program_fixture.h"
#include "support/expect_error.h"

namespace stip::training {
namespace {

namespace fs = std::filesystem;
using test::read_bytes;
using test::ShellResult;

TEST(RunFolder, IsOnePlaceForOneProcess) {
  const test::TemporaryFolder folder;
  const std::string path = folder.file("run");
  {
    const RunFolder first(path, false);
    EXPECT_STIP_ERROR(RunFolder(path, false), ErrorCode::kInvalidArgument,
                      "another stip-train is using the folder " + path);
    EXPECT_STIP_ERROR(RunFolder(path, true), ErrorCode::kInvalidArgument, "another stip-train");
    EXPECT_NO_THROW(RunFolder(folder.file("other"), false));
  }
  EXPECT_NO_THROW(RunFolder(path, false));
}

TEST(RunFolder, LeavesNothingWhereNothingWasWritten) {
  const test::TemporaryFolder folder;
  { const RunFolder run(folder.file("a/b/run/"), false); }
  EXPECT_FALSE(fs::exists(folder.file("a")));
  { RunFolder(folder.file("a/b/run"), false).make_checkpoint_folder(); }
  EXPECT_TRUE(fs::exists(folder.file("a/b/run/checkpoints")));
  // A folder that was there stays, and no lock is left in it.
  fs::create_directory(folder.file("mine"));
  { const RunFolder run(folder.file("mine"), false); }
  EXPECT_TRUE(fs::is_empty(folder.file("mine")));
}

// What a killed process leaves is no lock, and no sign of a run.
TEST(RunFolder, TakesAFolderWithTheLockOfADeadProcess) {
  const test::TemporaryFolder folder;
  test::write_bytes(folder.file(".stip-train.lock"), "");
  EXPECT_NO_THROW(RunFolder(folder.path(), false));
}

// A run that left no checkpoint, for want of room or because somebody took it away.
TEST(RunFolder, KeepsAModelOrLogWithoutACheckpoint) {
  const test::TemporaryFolder folder;
  test::write_bytes(folder.file("log.jsonl"), "");
  EXPECT_NO_THROW(RunFolder(folder.path(), false)) << "an empty log is nothing to lose";
  test::write_bytes(folder.file("log.jsonl"), "{}\n");
  EXPECT_STIP_ERROR(RunFolder(folder.path(), false), ErrorCode::kInvalidArgument,
                    "holds the log.jsonl of another run");
  EXPECT_STIP_ERROR(RunFolder(folder.path(), true), ErrorCode::kNotFound,
                    "begin a new run in another folder");
  test::write_bytes(folder.file("model.safetensors"), "a model");
  EXPECT_STIP_ERROR(RunFolder(folder.path(), false), ErrorCode::kInvalidArgument,
                    "holds the model.safetensors of another run");
  EXPECT_STIP_ERROR(RunFolder(folder.path(), true), ErrorCode::kNotFound,
                    "--init " + folder.file("model.safetensors"));
  fs::remove(folder.file("model.safetensors"));
  fs::remove(folder.file("log.jsonl"));
  EXPECT_STIP_ERROR(RunFolder(folder.path(), true), ErrorCode::kNotFound, "leave out --resume");
}

class RunningFit : public ProgramTest {};

TEST_F(RunningFit, KeepsOthersOutOfItsFolder) {
  write_data();
  const std::string fit = "fit " + fit_config() + " -o run ";
  const ShellResult both =
      run(fit +
          "--set train.iterations=1000000 --set train.validate_every=1000000 2> said & pid=$!; "
          "for i in $(seq 500); do [ -s run/checkpoints/last ] && break; sleep 0.02; done; " +
          STIP_TRAIN " " + fit + "; " STIP_TRAIN " " + fit +
          "--resume --set train.validate_every=1000000; kill -INT $pid; wait $pid; echo code $?");
  const std::string sentence = "another stip-train is using the folder run";
  const auto first = both.text.find(sentence);
  ASSERT_NE(first, std::string::npos) << both.text;
  EXPECT_NE(both.text.find(sentence, first + 1), std::string::npos) << both.text;
  EXPECT_THAT(both.text, testing::HasSubstr("code 130"));
  std::istringstream log(read_bytes(folder_.file("run/log.jsonl")));
  for (std::string line; std::getline(log, line);) {
    EXPECT_TRUE(nlohmann::json::accept(line)) << line;
  }
  EXPECT_FALSE(fs::exists(folder_.file("run/.stip-train.lock")));
}

TEST_F(RunningFit, LeavesNoFolderWhenItsDataIsWrong) {
  write_data();
  const std::string fit = "fit " + fit_config() + " -o results/run ";
  expect_refused(fit + "--set data.train=[nosuch.avi]", "nosuch.avi");
  expect_refused(fit + "--set data.total=99", "train.avi");
  EXPECT_FALSE(fs::exists(folder_.file("results")));
}

}  // namespace
}  // namespace stip::training
