#include "io/model_file.h"

#include <vector>

#include "io/model_config_text.h"
#include "support/expect_error.h"
#include "support/model_of_zeros.h"
#include "support/temporary_folder.h"

namespace stip {
namespace {

using test::TemporaryFolder;

ModelConfig tiny() { return test::zeros_config(); }

class ModelFile : public testing::Test {
 protected:
  void write(const std::vector<ParameterEntry>& table,
             const std::map<std::string, std::string>& metadata, const char* type = "F32") {
    test::write_zeros(path_, table, metadata, type);
  }
  ModelFileHeader read() { return read_model_header(SafetensorsReader(path_)); }

  TemporaryFolder folder_;
  std::string path_ = folder_.file("m.safetensors");
};

TEST_F(ModelFile, DescribesItself) {
  write(parameter_table(tiny()), model_metadata({tiny(), "iteration: 3", "q: 1"}));
  const ModelFileHeader header = read();
  EXPECT_TRUE(header.config == tiny());
  EXPECT_EQ(header.training, "iteration: 3");
  EXPECT_EQ(header.calibration, "q: 1");
}

TEST_F(ModelFile, NeedsOnlyTheModelsConfiguration) {
  write(parameter_table(tiny()), {{"stip.model", write_model_config(tiny())}});
  EXPECT_TRUE(read().config == tiny());
}

TEST_F(ModelFile, RefusesForeignAndNewerFiles) {
  write(parameter_table(tiny()), {});
  EXPECT_STIP_ERROR(read(), ErrorCode::kWrongKind, "not a STIP model");
  write(parameter_table(tiny()),
        {{"stip.model", write_model_config(tiny())}, {"stip.format", "2"}});
  EXPECT_STIP_ERROR(read(), ErrorCode::kNewerVersion, "use a newer version");
  write(parameter_table(tiny()), {{"stip.model", "memory: e3d_lstm"}});
  EXPECT_STIP_ERROR(read(), ErrorCode::kWrongKind, "stgru only");
  write(parameter_table(tiny()), {{"stip.model", "hidden: 4000000"}});
  EXPECT_STIP_ERROR(read(), ErrorCode::kWrongKind, "model.hidden is 4000000");
  write(parameter_table(tiny()), {{"stip.model", "[[["}});
  EXPECT_STIP_ERROR(read(), ErrorCode::kWrongKind, "not readable YAML");
}

TEST_F(ModelFile, SaysWhatWasExpectedAndFound) {
  auto table = parameter_table(tiny());
  table[0].shape[0] = 5;
  write(table, model_metadata({tiny(), "", ""}));
  EXPECT_STIP_ERROR(read(), ErrorCode::kWrongKind, "is [5,4,3,3], expected [16,4,3,3]");
  table = parameter_table(tiny());
  table.pop_back();
  write(table, model_metadata({tiny(), "", ""}));
  EXPECT_STIP_ERROR(read(), ErrorCode::kWrongKind, "conv_last_sr.bias is missing");
  table = parameter_table(tiny());
  table.push_back({"merge.weight", {1}});
  write(table, model_metadata({tiny(), "", ""}));
  EXPECT_STIP_ERROR(read(), ErrorCode::kWrongKind, "expected");
  write(parameter_table(tiny()), model_metadata({tiny(), "", ""}), "I32");
  EXPECT_STIP_ERROR(read(), ErrorCode::kWrongKind, "has type I32");
}

}  // namespace
}  // namespace stip
