#include "io/safetensors.h"

#include <cstring>
#include <random>

#include "support/expect_error.h"
#include "support/temporary_folder.h"

namespace stip {
namespace {

using test::read_bytes;
using test::TemporaryFolder;
using test::write_bytes;

std::string with_header(const std::string& header, const std::string& data = "") {
  std::string length(8, '\0');
  const std::uint64_t size = header.size();
  std::memcpy(length.data(), &size, 8);
  return length + header + data;
}

class Safetensors : public testing::Test {
 protected:
  void expect_refused(const std::string& bytes, ErrorCode code, const std::string& text) {
    write_bytes(path_, bytes);
    EXPECT_STIP_ERROR(SafetensorsReader{path_}, code, text);
  }

  TemporaryFolder folder_;
  std::string path_ = folder_.file("file.safetensors");
};

TEST_F(Safetensors, ReadsWhatItWrote) {
  const std::vector<float> values = {1.5f, -2, 0, 1e-30f, 3, 4};
  const std::vector<std::uint8_t> bytes = {7, 8, 9};
  write_safetensors(path_, {{"b", "F32", {2, 3}, values.data()}, {"a", "U8", {3}, bytes.data()}},
                    {{"key", "value \"quoted\"\n"}});
  SafetensorsReader file(path_);
  EXPECT_EQ(file.metadata().at("key"), "value \"quoted\"\n");
  EXPECT_EQ(file.tensors().at("b").shape, (std::vector<std::int64_t>{2, 3}));
  std::vector<float> found(6);
  file.read("b", found.data());
  EXPECT_EQ(found, values);
  std::vector<std::uint8_t> found_bytes(3);
  file.read("a", found_bytes.data());
  EXPECT_EQ(found_bytes, bytes);
}

TEST_F(Safetensors, FindsEveryDamagedByte) {
  const std::vector<float> values = {1.5f, -2, 0, 1e-30f, 3, 4};
  write_safetensors(path_, {{"b", "F32", {2, 3}, values.data()}},
                    {{"stip.checksum", "an old one"}});
  SafetensorsReader(path_).check_data();
  const std::string whole = read_bytes(path_);
  for (std::size_t i = whole.size() - 24; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 4);
    write_bytes(path_, damaged);
    SafetensorsReader file(path_);
    EXPECT_STIP_ERROR(file.check_data(), ErrorCode::kCorrupt, "copy or download it again");
  }
}

TEST_F(Safetensors, AFileWithoutAChecksumPasses) {
  write_bytes(path_,
              with_header(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", "1234"));
  EXPECT_NO_THROW(SafetensorsReader(path_).check_data());
}

TEST_F(Safetensors, TellsWhatIsWrongWithAPath) {
  EXPECT_STIP_ERROR(SafetensorsReader(folder_.file("none")), ErrorCode::kNotFound, "No such file");
  EXPECT_STIP_ERROR(SafetensorsReader(folder_.path()), ErrorCode::kUnreadable, "not a file");
  expect_refused("", ErrorCode::kCorrupt, "empty");
}

TEST_F(Safetensors, RefusesForeignFiles) {
  expect_refused("\x89PNG\r\n\x1a\n and more of a picture", ErrorCode::kWrongKind,
                 "not a safetensors");
  expect_refused("{}", ErrorCode::kWrongKind, "not a safetensors");
  expect_refused(with_header("[1,2]"), ErrorCode::kWrongKind, "not a safetensors");
  expect_refused(std::string(64, '\xff'), ErrorCode::kWrongKind, "not a safetensors");
}

TEST_F(Safetensors, RefusesBrokenHeaders) {
  for (const char* header : {"{", "{]", "{\"a\": 3}", "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}",
                             "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}",
                             "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}",
                             "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,-4]}}",
                             "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}",
                             "{\"__metadata__\":{\"x\":1}}",
                             "{\"a\":{\"dtype\":4,\"shape\":[1],\"data_offsets\":[0,4]}}"}) {
    SCOPED_TRACE(header);
    expect_refused(with_header(header, "\1\2\3\4"), ErrorCode::kCorrupt, "damaged");
  }
}

TEST_F(Safetensors, RefusesTensorsThatDoNotFitTheFile) {
  const auto entry = [](const std::string& shape, const std::string& offsets,
                        const char* type = "F32") {
    return "{\"a\":{\"dtype\":\"" + std::string(type) + "\",\"shape\":" + shape +
           ",\"data_offsets\":" + offsets + "}}";
  };
  const std::string four = "\1\2\3\4";
  expect_refused(with_header(entry("[2]", "[0,8]"), four), ErrorCode::kCorrupt, "beyond the file");
  expect_refused(with_header(entry("[2]", "[0,4]"), four), ErrorCode::kCorrupt,
                 "does not fit its shape");
  expect_refused(with_header(entry("[1]", "[4,0]"), four), ErrorCode::kCorrupt, "beyond the file");
  expect_refused(with_header(entry("[4611686018427387904,4]", "[0,4]"), four), ErrorCode::kCorrupt,
                 "impossible shape");
  expect_refused(with_header(entry("[1]", "[0,4]", "Q7"), four), ErrorCode::kCorrupt,
                 "unknown type");
  expect_refused(with_header(entry("[1]", "[0,4]"), four + "rest"), ErrorCode::kCorrupt,
                 "no tensor");
  expect_refused(with_header(entry("[1]", "[4,8]"), four + four), ErrorCode::kCorrupt, "holes");
}

TEST_F(Safetensors, RefusesDeepNestingWithoutOverflow) {
  const std::string deep = "{\"a\":" + std::string(100000, '[') + std::string(100000, ']') + "}";
  expect_refused(with_header(deep), ErrorCode::kCorrupt, "damaged");
}

TEST_F(Safetensors, ReadsHeadersOfManyKeysInLinearTime) {
  std::string header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}";
  for (int i = 0; i < 100000; ++i) {
    header +=
        ",\"" + std::to_string(i) + "\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[4,4]}";
  }
  write_bytes(path_, with_header(header + "}", "\1\2\3\4"));
  EXPECT_EQ(SafetensorsReader(path_).tensors().size(), 100001u);  // quadratic code hangs here
}

TEST_F(Safetensors, SurvivesAnyTruncationAndDamage) {
  const std::vector<float> values(16, 1.0f);
  write_safetensors(path_, {{"a", "F32", {4, 4}, values.data()}}, {{"k", "v"}});
  const std::string whole = read_bytes(path_);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    write_bytes(path_, whole.substr(0, size));
    EXPECT_THROW(SafetensorsReader{path_}, Error) << size;
  }
  std::mt19937 random(1);
  for (int i = 0; i < 500; ++i) {
    std::string damaged = whole;
    damaged[random() % 120 % damaged.size()] = static_cast<char>(random());
    write_bytes(path_, damaged);
    try {
      SafetensorsReader file(path_);
      std::vector<char> out(whole.size());
      for (const auto& [name, tensor] : file.tensors()) file.read(name, out.data());
    } catch (const Error&) {
      // Refusing is as good as reading: nothing else may happen.
    }
  }
}

TEST_F(Safetensors, KeepsTheOldFileWhenWritingFails) {
  const float value = 1;
  EXPECT_STIP_ERROR(write_safetensors(folder_.file("no/folder"), {{"a", "F32", {1}, &value}}, {}),
                    ErrorCode::kWriteFailed, "no/folder");
}

}  // namespace
}  // namespace stip
