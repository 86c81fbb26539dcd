// torch keeps what it finds when it first looks for a device: its CUDA backend must be loaded
// before. Here the backend is one that only tells that it was asked (support/fake_torch_cuda).
#include "program_fixture.h"

namespace stip::training {
namespace {

using testing::HasSubstr;
using testing::Not;

class CudaBackend : public ProgramTest {
 protected:
  std::string run_with_fake(const std::string& arguments) {
    return test::run_shell(folder_.path(),
                           "OMP_NUM_THREADS=1 LD_LIBRARY_PATH='" STIP_FAKE_TORCH_CUDA
                           "' " STIP_TRAIN " " +
                               arguments)
        .text;
  }
};

TEST_F(CudaBackend, IsThereWhenTorchLooksForDevices) {
  write_data();
  const std::string config = fit_config();
  const std::string asked = "the fake CUDA backend has no devices";
  for (const std::string& command : {"fit " + config + " -o run --set train.device=cuda",
                                     "bench " + config + " --train 1 --device cuda"}) {
    const std::string text = run_with_fake(command);
    EXPECT_THAT(text, HasSubstr(asked)) << command;
    EXPECT_THAT(text, HasSubstr("0 usable CUDA devices were found")) << command;
    EXPECT_THAT(text, Not(HasSubstr("before its CUDA backend"))) << command;
  }
  const std::string text = run_with_fake("fit " + config + " -o run --set train.device=auto");
  EXPECT_THAT(text, HasSubstr(asked));
  EXPECT_THAT(text, HasSubstr("trained on cpu"));
}

}  // namespace
}  // namespace stip::training
