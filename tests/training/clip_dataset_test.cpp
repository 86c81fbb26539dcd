#include "data/clip_dataset.h"

#include <map>
#include <set>

#include "data/fixed_clips.h"
#include "fake_source.h"
#include "media_fixture.h"

namespace stip::training {
namespace {

WeightedSource fake(const std::string& name, std::int64_t count, double weight = 1, int width = 16,
                    int height = 12) {
  return {std::make_shared<FakeSource>(name, count, width, height), weight};
}

ClipShape shape(int total, int step = 1, int crop = 0) {
  ClipShape made;
  made.total = total;
  made.step = step;
  made.crop = crop;
  return made;
}

Augmentation plain() {
  Augmentation none;
  none.flip_x = false;
  return none;
}

// Every pixel says its frame, x and y: what the sample claims to be must be what it is.
void expect_true_to_its_claims(const ClipSample& sample, int step) {
  ASSERT_EQ(sample.pixels.size(), std::size_t(sample.frames) * sample.height * sample.width * 3);
  for (int t = 0; t < sample.frames; ++t) {
    const int time = sample.reversed ? sample.frames - 1 - t : t;
    for (int y = 0; y < sample.height; ++y) {
      for (int x = 0; x < sample.width; ++x) {
        const std::uint8_t* pixel = sample.frame(t) + (y * sample.width + x) * 3;
        const int across = sample.transposed ? y : x;
        const int down = sample.transposed ? x : y;
        const int from_x = sample.x + (sample.flipped_x ? sample.width - 1 - across : across);
        const int from_y = sample.y + (sample.flipped_y ? sample.height - 1 - down : down);
        ASSERT_EQ(pixel[0], sample.start + time * step);
        ASSERT_EQ(pixel[1], from_x);
        ASSERT_EQ(pixel[2], from_y);
      }
    }
  }
}

TEST(ClipDataset, SamplesAreWhatTheyClaim) {
  Augmentation all;
  all.flip_y = true;
  all.reverse = true;
  all.transpose = true;
  const ClipDataset data({fake("a", 30), fake("b", 20, 1, 20, 10)}, shape(4, 3, 7), all, 5);
  std::set<std::pair<int, int>> corners;
  int flips_x = 0;
  int flips_y = 0;
  int reversals = 0;
  int transposed = 0;
  for (int i = 0; i < 200; ++i) {
    const ClipSample sample = data.sample(i);
    EXPECT_EQ(sample.width, 7);
    EXPECT_EQ(sample.height, 7);
    EXPECT_EQ(sample.name, sample.source == 0 ? "a" : "b");
    expect_true_to_its_claims(sample, 3);
    corners.insert({sample.x, sample.y});
    flips_x += sample.flipped_x;
    flips_y += sample.flipped_y;
    reversals += sample.reversed;
    transposed += sample.transposed;
  }
  EXPECT_GT(corners.size(), 50u);
  for (const int count : {flips_x, flips_y, reversals, transposed}) EXPECT_NEAR(count, 100, 36);
}

TEST(ClipDataset, SwitchesAreObeyed) {
  const ClipDataset data({fake("a", 30)}, shape(4), plain(), 5);
  for (int i = 0; i < 50; ++i) {
    const ClipSample sample = data.sample(i);
    EXPECT_FALSE(sample.flipped_x || sample.flipped_y || sample.reversed || sample.transposed);
    EXPECT_EQ(sample.x + sample.y, 0);
    EXPECT_EQ(sample.width, 16);
    EXPECT_EQ(sample.height, 12);
  }
}

TEST(ClipDataset, TonesAreOfAClipAndKeepTheOrderOfLevels) {
  Augmentation toned = plain();
  toned.tone = 0.5;
  const ClipDataset as_they_are({fake("a", 200, 1, 256, 8)}, shape(3), plain(), 5);
  const ClipDataset data({fake("a", 200, 1, 256, 8)}, shape(3), toned, 5);
  std::set<int> middles;
  for (int i = 0; i < 40; ++i) {
    const ClipSample was = as_they_are.sample(i);
    const ClipSample sample = data.sample(i);
    ASSERT_EQ(sample.start, was.start);
    const auto green = [&](int t, int x) { return int(sample.frame(t)[3 * x + 1]); };  // was x
    for (int x = 0; x < 256; ++x) {
      EXPECT_EQ(green(0, x), green(2, x)) << "one tone for all frames of a clip";
      EXPECT_GE(green(0, x), green(0, std::max(x - 1, 0)));
    }
    EXPECT_EQ(green(0, 0), 0);
    EXPECT_GE(green(0, 255), 154);  // 255 * e^-0.5
    EXPECT_GE(green(0, 128), 49);   // 255 * e^-0.5 * (128/255)^(e^0.5)
    EXPECT_LE(green(0, 128), 168);  // 255 * (128/255)^(e^-0.5)
    middles.insert(green(0, 128));
  }
  EXPECT_GT(middles.size(), 20u);
}

TEST(ClipDataset, UnevenStepsComeInARhythm) {
  Augmentation uneven = plain();
  uneven.uneven = 0.5;
  const ClipDataset data({fake("a", 60)}, shape(7, 2), uneven, 5);
  std::map<std::vector<int>, int> rhythms;
  for (int i = 0; i < 400; ++i) {
    const ClipSample sample = data.sample(i);
    std::vector<int> steps;
    for (int t = 0; t + 1 < 7; ++t) steps.push_back(sample.frame(t + 1)[0] - sample.frame(t)[0]);
    EXPECT_EQ(sample.frame(0)[0], sample.start);
    ++rhythms[steps];
  }
  EXPECT_NEAR((rhythms[{2, 2, 2, 2, 2, 2}]), 200, 60) << "and those too near to the end";
  EXPECT_GT((rhythms[{2, 4, 2, 4, 2, 4}]), 10);
  EXPECT_GT((rhythms[{4, 2, 2, 4, 2, 2}]), 10);
  EXPECT_GT((rhythms[{4, 2, 4, 4, 2, 4}]), 10);
  EXPECT_EQ(rhythms.size(), 9u) << "each beginning anywhere";
  const ClipDataset full({fake("a", 7)}, shape(7), uneven, 5);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(full.sample(i).frame(6)[0], 6) << "no frames to spare";
}

TEST(ClipDataset, AnEpochHasEveryStartOnceAndTheNextAnotherOrder) {
  const ClipDataset data({fake("short", 3), fake("a", 10), fake("b", 25), fake("tiny", 1)},
                         shape(4), plain(), 1);
  ASSERT_EQ(data.samples_per_epoch(), 7 + 22);
  EXPECT_EQ(data.skipped(), std::vector<std::string>({"short", "tiny"}));
  std::vector<std::vector<std::pair<int, std::int64_t>>> orders;
  for (int epoch = 0; epoch < 3; ++epoch) {
    orders.emplace_back();
    for (int i = 0; i < 29; ++i) {
      const ClipSample sample = data.sample(epoch * 29 + i);
      orders.back().push_back({sample.source, sample.start});
    }
    EXPECT_EQ(std::set(orders.back().begin(), orders.back().end()).size(), 29u);
  }
  EXPECT_NE(orders[0], orders[1]);
  EXPECT_NE(orders[1], orders[2]);
  EXPECT_FALSE(std::is_sorted(orders[0].begin(), orders[0].end()));
}

TEST(ClipDataset, DependsOnSeedAndNumberOnly) {
  const auto make = [](std::uint64_t seed) {
    return ClipDataset({fake("a", 40), fake("b", 30)}, shape(3, 2, 5), Augmentation{}, seed);
  };
  const ClipDataset one = make(7);
  const ClipDataset again = make(7);
  const ClipDataset other = make(8);
  int same = 0;
  for (int i = 99; i >= 0; --i) {
    EXPECT_EQ(one.sample(i).pixels, again.sample(99 - (99 - i)).pixels);
    same += one.sample(i).pixels == other.sample(i).pixels;
  }
  EXPECT_LT(same, 10);
}

TEST(ClipDataset, WeightsSayHowOftenAStartIsDrawn) {
  const ClipDataset data({fake("a", 13, 3), fake("b", 13, 1)}, shape(4), plain(), 1);
  std::map<std::pair<int, std::int64_t>, int> drawn;
  int from_first = 0;
  const int epochs = 100;
  for (int i = 0; i < epochs * data.samples_per_epoch(); ++i) {
    const ClipSample sample = data.sample(i);
    ++drawn[{sample.source, sample.start}];
    from_first += sample.source == 0;
  }
  EXPECT_EQ(drawn.size(), 20u);  // a start of low weight has its turn too
  EXPECT_NEAR(from_first, 0.75 * epochs * 20, 30);
  for (const auto& [place, count] : drawn) {
    EXPECT_NEAR(count, place.first == 0 ? 150 : 50, 35) << place.first << " " << place.second;
  }
}

TEST(ClipDataset, PrefersCropsThatMove) {
  const auto source = std::make_shared<FakeSource>("a", 6, 128, 8);
  source->moving_x = 100;
  const auto share = [&](int tries) {
    Augmentation augmentation = plain();
    augmentation.motion_tries = tries;
    const ClipDataset data({{source, 1}}, shape(4, 1, 8), augmentation, 3);
    int moving = 0;
    for (int i = 0; i < 200; ++i) moving += std::abs(data.sample(i).x - 100) < 8;
    return moving;
  };
  EXPECT_NEAR(share(1), 25, 20);  // 15 of 121 places
  EXPECT_GT(share(30), 180);
}

TEST(ClipDataset, CutsWholePicturesToAMultiple) {
  ClipShape whole = shape(2);
  whole.multiple = 8;
  const ClipDataset data({fake("a", 5, 1, 30, 17)}, whole, plain(), 1);
  EXPECT_EQ(data.width(), 24);
  EXPECT_EQ(data.height(), 16);
  const ClipSample sample = data.sample(0);
  EXPECT_EQ(sample.x, 3);
  expect_true_to_its_claims(sample, 1);
}

TEST(ClipDataset, SaysWhatDoesNotFit) {
  const auto make = [](std::vector<WeightedSource> sources, ClipShape made,
                       Augmentation augmentation = {}) {
    return [=] { ClipDataset(sources, made, augmentation, 1); };
  };
  const ErrorCode bad = ErrorCode::kInvalidArgument;
  expect_error(bad, "no videos", make({}, shape(4)));
  expect_error(bad, "needs 31: the longest, 'b', has 30",
               make({fake("a", 3), fake("b", 30)}, shape(4, 10)));
  expect_error(bad, "crop of 13 does not fit into 'a', which is 16x12",
               make({fake("a", 30)}, shape(4, 1, 13)));
  expect_error(bad, "'b' and 'a' have different sizes",
               make({fake("a", 30), fake("b", 30, 1, 8, 8)}, shape(4)));
  expect_error(bad, "step", make({fake("a", 30)}, shape(4, 0)));
  expect_error(bad, "total", make({fake("a", 30)}, shape(0)));
  expect_error(bad, "crop", make({fake("a", 30)}, shape(4, 1, -1)));
  Augmentation no_tries;
  no_tries.motion_tries = 0;
  expect_error(bad, "motion_tries", make({fake("a", 30)}, shape(4), no_tries));
  Augmentation loud;
  loud.tone = 3;
  expect_error(bad, "tone", make({fake("a", 30)}, shape(4), loud));
  Augmentation turned;
  turned.transpose = true;
  expect_error(bad, "transpose turns squares", make({fake("a", 30)}, shape(4), turned));
}

TEST(ClipDataset, AClipOfExactlyTheFramesThereIsAreFits) {
  const ClipDataset data({fake("a", 31)}, shape(4, 10), plain(), 1);
  EXPECT_EQ(data.samples_per_epoch(), 1);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(data.sample(i).start, 0);
}

TEST(FixedClips, TakesEveryStrideThStartAndTheCentre) {
  const FixedClips clips({fake("a", 10), fake("tiny", 2), fake("b", 7)}, shape(4, 1, 6), 3);
  EXPECT_EQ(clips.skipped(), std::vector<std::string>({"tiny"}));
  ASSERT_EQ(clips.count(), 5);
  const std::pair<int, int> expected[] = {{0, 0}, {0, 3}, {0, 6}, {2, 0}, {2, 3}};
  for (int i = 0; i < 5; ++i) {
    const ClipSample sample = clips.clip(i);
    EXPECT_EQ(sample.source, expected[i].first);
    EXPECT_EQ(sample.start, expected[i].second);
    EXPECT_EQ(sample.x, 5);
    EXPECT_EQ(sample.y, 3);
    expect_true_to_its_claims(sample, 1);
  }
}

TEST(FixedClips, ThinsOutEvenlyAndKeepsSizesApart) {
  const FixedClips clips({fake("a", 50), fake("b", 50, 1, 8, 8)}, shape(1), 1, 4);
  ASSERT_EQ(clips.count(), 4);
  EXPECT_EQ(clips.clip(1).start, 25);
  EXPECT_EQ(clips.source_of(2), 1);
  EXPECT_EQ(clips.clip(3).width, 8);
  expect_error(ErrorCode::kInvalidArgument, "stride",
               [] { FixedClips({fake("a", 50)}, shape(1), 0); });
  expect_error(ErrorCode::kInvalidArgument, "does not fit",
               [] { FixedClips({fake("a", 50)}, shape(1, 1, 40)); });
}

}  // namespace
}  // namespace stip::training
