#include "io/release_checkpoint.h"

#include "io/model_weights.h"
#include "model/unroll.h"
#include "support/expect_error.h"
#include "support/parity_case.h"
#include "support/temporary_folder.h"

namespace stip {
namespace {

using test::load_parity_case;
using test::read_bytes;
using test::TemporaryFolder;
using test::write_bytes;

class ReleaseCheckpoint : public testing::Test {
 protected:
  test::ParityCase case_ = load_parity_case("tiny", STIP_PARITY_DIR);
  TemporaryFolder folder_;
};

TEST_F(ReleaseCheckpoint, BecomesAModelFileThatPredictsTheSame) {
  const torch::NoGradGuard no_grad;
  auto generator = case_.generator();
  save_model_file(folder_.file("m"), generator, {case_.config, "", ""});
  auto loaded = load_model_file(folder_.file("m"));
  EXPECT_TRUE(loaded.header.config == case_.config);
  const auto& input = case_.tensors.at("input");
  EXPECT_TRUE(torch::equal(unroll(loaded.generator, input, 3), unroll(generator, input, 3)));
}

TEST_F(ReleaseCheckpoint, SaysWhichTensorDoesNotFit) {
  const auto tensors = read_release_checkpoint(case_.generator_path());
  ModelConfig wider = case_.config;
  wider.hidden = 12;
  EXPECT_STIP_ERROR(generator_from_release(tensors, wider), ErrorCode::kWrongKind, "expected [12,");
  ModelConfig deeper = case_.config;
  deeper.layers = 4;
  EXPECT_STIP_ERROR(generator_from_release(tensors, deeper), ErrorCode::kWrongKind, "is missing");
  ModelConfig shallower = case_.config;
  shallower.layers = 2;
  EXPECT_STIP_ERROR(generator_from_release(tensors, shallower), ErrorCode::kWrongKind,
                    "not part of that network");
  EXPECT_STIP_ERROR(
      generator_from_release(read_release_checkpoint(case_.discriminator_path()), case_.config),
      ErrorCode::kWrongKind, "is missing");
}

TEST_F(ReleaseCheckpoint, RefusesOtherFiles) {
  EXPECT_STIP_ERROR(read_release_checkpoint(folder_.file("none")), ErrorCode::kNotFound, "none");
  EXPECT_STIP_ERROR(read_release_checkpoint(folder_.path()), ErrorCode::kUnreadable,
                    "cannot be read");
  write_bytes(folder_.file("text"), "hello");
  EXPECT_STIP_ERROR(read_release_checkpoint(folder_.file("text")), ErrorCode::kWrongKind,
                    "no torch.save archive");
  const std::string whole = read_bytes(case_.generator_path());
  for (const double share : {0.0, 0.1, 0.5, 0.9, 0.999}) {
    write_bytes(folder_.file("cut"),
                whole.substr(0, static_cast<std::size_t>(share * whole.size())));
    EXPECT_THROW(read_release_checkpoint(folder_.file("cut")), Error) << share;
  }
}

TEST_F(ReleaseCheckpoint, RefusesAPickleThatCallsSomething) {
  // The record is stored uncompressed: one of its three names is replaced by another of equal
  // length.
  std::string bytes = read_bytes(case_.generator_path());
  const std::string name = "collections\nOrderedDict";
  for (auto at = bytes.find(name); at != std::string::npos; at = bytes.find(name)) {
    bytes.replace(at, name.size(), "subprocess_\ncheck_calls");
  }
  write_bytes(folder_.file("evil"), bytes);
  // Either the archive's own checksum or the pickle reader notices; nothing is called.
  EXPECT_THROW(read_release_checkpoint(folder_.file("evil")), Error);
}

}  // namespace
}  // namespace stip
