#include "data/random_stream.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace stip::training {
namespace {

TEST(RandomStream, IsAFunctionOfSeedAndStream) {
  RandomStream a(1, 2), same(1, 2), seed(2, 2), stream(1, 3), swapped(2, 1);
  const std::uint64_t bits = a.bits();
  EXPECT_EQ(same.bits(), bits);
  EXPECT_NE(seed.bits(), bits);
  EXPECT_NE(stream.bits(), bits);
  EXPECT_NE(swapped.bits(), bits);
  EXPECT_NE(a.bits(), bits);
}

// A checkpoint of another build continues with these: they must never change.
TEST(RandomStream, NumbersAreFixedForGood) {
  RandomStream random(42, 7);
  EXPECT_EQ(random.bits(), 0x11758A35B99AE7FCULL);
  EXPECT_EQ(random.bits(), 0xFE6228FDEF587377ULL);
  EXPECT_EQ(shuffled(0, 1000, 42), 323);
}

TEST(RandomStream, DrawsEvenly) {
  RandomStream random(3, 0);
  std::vector<int> counts(7);
  double sum = 0;
  int heads = 0;
  for (int i = 0; i < 70000; ++i) {
    ++counts.at(std::size_t(random.below(7)));
    const double value = random.uniform();
    ASSERT_TRUE(value >= 0 && value < 1);
    sum += value;
    heads += random.coin();
  }
  for (const int count : counts) EXPECT_NEAR(count, 10000, 500);  // five deviations
  EXPECT_NEAR(sum / 70000, 0.5, 0.006);
  EXPECT_NEAR(heads, 35000, 700);
}

TEST(Shuffled, IsAnOrderOfAll) {
  for (const int count : {1, 2, 3, 4, 5, 16, 17, 100, 1000}) {
    std::set<std::int64_t> seen;
    for (int i = 0; i < count; ++i) {
      const std::int64_t place = shuffled(i, count, 9);
      EXPECT_TRUE(place >= 0 && place < count);
      seen.insert(place);
    }
    EXPECT_EQ(int(seen.size()), count);
  }
}

TEST(Shuffled, KeysGiveOtherOrders) {
  int same = 0;
  int fixed = 0;
  for (int i = 0; i < 1000; ++i) {
    same += shuffled(i, 1000, 1) == shuffled(i, 1000, 2);
    fixed += shuffled(i, 1000, 1) == i;
  }
  EXPECT_LT(same, 10);  // one is expected
  EXPECT_LT(fixed, 10);
}

}  // namespace
}  // namespace stip::training
