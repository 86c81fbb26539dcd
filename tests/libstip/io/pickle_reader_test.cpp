#include "io/pickle_reader.h"

#include <random>

#include "support/expect_error.h"

namespace stip {
namespace {

using std::string_literals::operator""s;

// {'net_param': OrderedDict([('w', tensor of shape (2,3) in storage '0')])}, as torch.save writes
// it.
std::string sound() {
  return "\x80\x02}X\x09\0\0\0net_paramccollections\nOrderedDict\n)RX\x01\0\0\0w"
         "ctorch._utils\n_rebuild_tensor_v2\n((X\x07\0\0\0storagectorch\nFloatStorage\n"
         "X\x01\0\0\0"
         "0X\x03\0\0\0cpuK\x06tQK\0K\x02K\x03\x86K\x03K\x01\x86\x89"
         "ccollections\nOrderedDict\n)RtRss."s;
}

TEST(PickleReader, ReadsACheckpoint) {
  const auto tensors = read_checkpoint_pickle(sound());
  ASSERT_EQ(tensors.size(), 1u);
  EXPECT_EQ(tensors[0].first, "w");
  EXPECT_EQ(tensors[0].second.storage, "0");
  EXPECT_EQ(tensors[0].second.storage_size, 6);
  EXPECT_EQ(tensors[0].second.shape, (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(tensors[0].second.stride, (std::vector<std::int64_t>{3, 1}));
}

TEST(PickleReader, CallsNothingAndNamesWhatItRefuses) {
  EXPECT_STIP_ERROR(read_checkpoint_pickle("\x80\x02"
                                           "cos\nsystem\n(X\x02\0\0\0lstR."s),
                    ErrorCode::kWrongKind, "os.system");
  EXPECT_STIP_ERROR(read_checkpoint_pickle("\x80\x02"
                                           "cbuiltins\neval\n."s),
                    ErrorCode::kWrongKind, "builtins.eval");
  EXPECT_STIP_ERROR(read_checkpoint_pickle("\x80\x04\x93."s), ErrorCode::kWrongKind, "opcode 147");
}

TEST(PickleReader, RefusesOtherStructures) {
  EXPECT_STIP_ERROR(read_checkpoint_pickle("\x80\x02}."s), ErrorCode::kWrongKind, "no net_param");
  EXPECT_STIP_ERROR(read_checkpoint_pickle("\x80\x02K\x01."s), ErrorCode::kWrongKind,
                    "a dictionary");
  EXPECT_STIP_ERROR(read_checkpoint_pickle(""s), ErrorCode::kWrongKind, "cut short");
  EXPECT_STIP_ERROR(read_checkpoint_pickle("\x80\x02s."s), ErrorCode::kWrongKind, "damaged");
  EXPECT_STIP_ERROR(read_checkpoint_pickle("\x80\x02h\x09."s), ErrorCode::kWrongKind, "damaged");
}

TEST(PickleReader, SurvivesDeepNestingAndCircles) {
  EXPECT_THROW(read_checkpoint_pickle(")" + std::string(1000000, '\x85') + "."), Error);
  EXPECT_THROW(read_checkpoint_pickle("}q\0X\x01\0\0\0ah\0s."s), Error);  // d['a'] = d
}

TEST(PickleReader, SurvivesAnyTruncationAndDamage) {
  const std::string whole = sound();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THROW(read_checkpoint_pickle(whole.substr(0, size)), Error) << size;
  }
  std::mt19937 random(1);
  for (int i = 0; i < 5000; ++i) {
    std::string damaged = whole;
    damaged[random() % damaged.size()] = static_cast<char>(random());
    try {
      read_checkpoint_pickle(damaged);
    } catch (const Error&) {
      // Refusing is as good as reading: nothing else may happen.
    }
  }
}

}  // namespace
}  // namespace stip
