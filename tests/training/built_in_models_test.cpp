// copy-last, flow and blend where a model file is needed.
#include "program_fixture.h"

namespace stip::training {
namespace {

class BuiltInModels : public ProgramTest {};

TEST_F(BuiltInModels, AreNoFiles) {
  write_data();
  fit_config();
  for (const std::string command :
       {"info copy-last", "predict copy-last train.avi -o x.avi",
        "predict blend train.avi -o x.avi", "predict flow train.avi -o x.avi",
        "export copy-last -o x", "calibrate blend train.avi", "bench flow",
        "fit c.yaml -o run --init blend"}) {
    expect_refused(command,
                   "is built in and has no file: copy-last, flow and blend are for "
                   "stip-train eval and for the element stippredict");
  }
  EXPECT_FALSE(std::filesystem::exists(folder_.file("run")));
}

TEST_F(BuiltInModels, AreNotAdvisedWhereAFileIsNeeded) {
  const test::ShellResult result = run("info nosuch");
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.text, testing::HasSubstr("no model named 'nosuch'"));
  EXPECT_THAT(result.text, testing::HasSubstr("give the path of a model file"));
  EXPECT_THAT(result.text, testing::Not(testing::HasSubstr("copy-last")));
}

}  // namespace
}  // namespace stip::training
