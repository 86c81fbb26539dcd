// Command lines that are wrong.
#include "program_fixture.h"

namespace stip::training {
namespace {

class Usage : public ProgramTest {};

TEST_F(Usage, NamesTheCommands) {
  const std::string commands =
      "give one of fit, eval, predict, calibrate, info, import, bench, "
      "export, prepare, check-data";
  expect_refused("fitt", "'fitt' is no command of stip-train; " + commands);
  expect_refused("--nosuch", "'--nosuch' is no command");
  expect_refused("", "no command is given; " + commands);
  for (const char* help : {"-h", "--help", "--version"}) expect_ok(help);
}

TEST_F(Usage, SaysHowSmallANumberMayBe) {
  expect_refused("eval copy-last a.avi --most -1",
                 "--most: '-1' is given; give a number of 0 or more");
  expect_refused("eval copy-last a.avi --stride 0", "give a number of 1 or more");
  expect_refused("predict small a.avi --start -2", "give a number of 0 or more");
  expect_refused("calibrate small a.avi --normal nan", "give a number of 0 or more");
  expect_refused("fit c.yaml --max-minutes -0.5", "give a number of 0 or more");
  expect_refused("fit c.yaml --max-minutes soon", "'soon' is given");
}

TEST_F(Usage, NamesAllThatCanBePrepared) {
  expect_refused("prepare foo",
                 "'foo' is given; give archive, synthetic, or the name of a data set: "
                 "ucfsport, human36m or sjtu4k");
  expect_refused("prepare", "archive or synthetic");
}

TEST_F(Usage, CallsADamagedCheckpointACheckpoint) {
  write_data();
  expect_ok("fit " + fit_config() + " -o run --set train.iterations=3");
  const std::string whole = test::read_bytes(folder_.file("run/checkpoints/last"));
  for (const std::string& broken : {std::string("rubbish"), whole.substr(0, whole.size() / 2)}) {
    test::write_bytes(folder_.file("run/checkpoints/last"), broken);
    expect_refused("fit " + fit_config() + " -o run --resume",
                   "the checkpoint run/checkpoints/last is damaged and cannot be continued from; "
                   "copy another one of its folder over it");
  }
  std::filesystem::copy_file(folder_.file("run/checkpoints/best"),
                             folder_.file("run/checkpoints/last"),
                             std::filesystem::copy_options::overwrite_existing);
  expect_ok("fit " + fit_config() + " -o run --resume");
}

}  // namespace
}  // namespace stip::training
