#include "predict/cuda/cuda_stream.h"

#include <gtest/gtest.h>

#include <set>

#include "libstip/cuda/cuda_pair.h"

namespace stip {
namespace {

using test::Case;
using test::Pair;
using test::Picture;
using test::with;

std::vector<MutableFrameView> views(std::vector<Picture>& pictures) {
  std::vector<MutableFrameView> all;
  for (Picture& picture : pictures) all.push_back(picture.mutable_view());
  return all;
}

class CudaStreamTest : public test::DeviceTest, public testing::WithParamInterface<Case> {
 protected:
  template <typename T>
  void run(int horizon) {
    const Case& c = GetParam();
    Pair<T> pair(c);
    const auto context = unsigned(c.config.context);
    for (unsigned i = 0; i < context; ++i) pair.push(Picture::random(c.width, c.height, i));
    pair.compare_floats(horizon);
    // On and on, through the rings' places, until graphs do the work.
    for (unsigned i = context; i < context + 14; ++i) {
      pair.push(Picture::random(c.width, c.height, i));
      std::vector<Picture> found(2, Picture(c.width, c.height));
      if (i % 3 != 0) pair.stream.predict(views(found));
    }
    pair.compare_floats(3);
  }
};

TEST_P(CudaStreamTest, EqualsTheCpuEngineInSinglePrecision) { run<float>(9); }

class CudaStreamInHalf : public CudaStreamTest {};
TEST_P(CudaStreamInHalf, IsCloseToTheCpuEngine) { run<cuda::Half>(3); }

std::vector<Case> configurations() {
  return {Case{"layer_norm", test::small_config(), StateMode::kWindow, 48, 32},
          Case{"recurrent", test::small_config(), StateMode::kRecurrent, 48, 32},
          Case{"any_size", test::any_size_config(), StateMode::kWindow, 45, 35},
          Case{"any_size_recurrent", test::any_size_config(), StateMode::kRecurrent, 51, 31},
          Case{"one_pixel", test::any_size_config(), StateMode::kWindow, 1, 1},
          Case{"kernel_7_by_place", with(test::small_config(), [](auto& c) { c.kernel = 7; }),
               StateMode::kWindow, 24, 16},
          Case{"kernel_1", with(test::small_config(), [](auto& c) { c.kernel = 1; }),
               StateMode::kWindow, 24, 16},
          Case{"hidden_20", with(test::any_size_config(), [](auto& c) { c.hidden = 20; }),
               StateMode::kWindow, 30, 20},
          Case{"patch_1", with(test::any_size_config(), [](auto& c) { c.patch = 1; }),
               StateMode::kWindow, 24, 20},
          Case{"patch_3", with(test::any_size_config(), [](auto& c) { c.patch = 3; }),
               StateMode::kWindow, 40, 50},
          Case{"patch_4_not_folded", with(test::any_size_config(), [](auto& c) { c.patch = 4; }),
               StateMode::kWindow, 50, 35},
          Case{"patch_8_frame",
               with(test::any_size_config(),
                    [](auto& c) {
                      c.patch = 8;
                      c.output = Output::kFrame;
                    }),
               StateMode::kRecurrent, 70, 66},
          Case{"single_encoder",
               with(test::any_size_config(), [](auto& c) { c.encoder = EncoderKind::kSingle; }),
               StateMode::kWindow, 32, 24},
          Case{"one_level", with(test::any_size_config(), [](auto& c) { c.levels = 1; }),
               StateMode::kWindow, 22, 14},
          Case{"one_level_not_folded",
               with(test::any_size_config(),
                    [](auto& c) {
                      c.levels = 1;
                      c.patch = 4;
                    }),
               StateMode::kWindow, 22, 14},
          Case{"four_levels", with(test::any_size_config(), [](auto& c) { c.levels = 4; }),
               StateMode::kWindow, 64, 64},
          Case{"one_layer", with(test::any_size_config(), [](auto& c) { c.layers = 1; }),
               StateMode::kWindow, 22, 14},
          Case{"clip_1", with(test::any_size_config(), [](auto& c) { c.clip = 1; }),
               StateMode::kWindow, 48, 32},
          Case{"clip_3", with(test::any_size_config(), [](auto& c) { c.clip = 3; }),
               StateMode::kWindow, 48, 32},
          Case{"clip_3_recurrent", with(test::any_size_config(), [](auto& c) { c.clip = 3; }),
               StateMode::kRecurrent, 48, 32},
          Case{"clip_3_context_1",
               with(test::any_size_config(),
                    [](auto& c) {
                      c.clip = 3;
                      c.context = 1;
                    }),
               StateMode::kWindow, 48, 32},
          Case{"no_recall", with(test::any_size_config(), [](auto& c) { c.recall = 0; }),
               StateMode::kWindow, 48, 32},
          Case{"scaled_down", test::small_config(), StateMode::kWindow, 100, 90},
          Case{"scaled_up", test::small_config(), StateMode::kWindow, 20, 9}};
}

// Half takes longer to simulate: what differs in its kernels.
std::vector<Case> configurations_in_half() {
  const std::set<std::string> names = {
      "layer_norm",    "any_size_recurrent", "one_pixel", "hidden_20",  "patch_4_not_folded",
      "patch_8_frame", "single_encoder",     "clip_3",    "scaled_down"};
  std::vector<Case> chosen;
  for (const Case& one : configurations()) {
    if (names.count(one.name) > 0) chosen.push_back(one);
  }
  return chosen;
}

std::string name_of(const testing::TestParamInfo<Case>& given) { return given.param.name; }

INSTANTIATE_TEST_SUITE_P(Configurations, CudaStreamTest, testing::ValuesIn(configurations()),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Configurations, CudaStreamInHalf,
                         testing::ValuesIn(configurations_in_half()), name_of);

class CudaStreamUse : public test::DeviceTest {
 protected:
  const Case window_{"", test::any_size_config(), StateMode::kWindow, 45, 33};
  const Case recurrent_{"", test::any_size_config(), StateMode::kRecurrent, 45, 33};
  const Case scaled_{"", test::small_config(), StateMode::kWindow, 60, 70};
};

TEST_F(CudaStreamUse, Bfloat16IsClose) {
  if (!test::has_bfloat16()) GTEST_SKIP() << "this device has no bf16";
  Pair<cuda::Bfloat16> pair(window_);
  for (unsigned i = 0; i < 8; ++i) pair.push(Picture::random(45, 33, i));
  pair.compare_floats(3);
}

// Pictures, as users get them: every byte, but for values at a tie.
TEST_F(CudaStreamUse, GivesTheSamePictures) {
  for (const Case& c : {window_, recurrent_, scaled_}) {
    Pair<float> pair(c);
    for (unsigned i = 0; i < 12; ++i) {
      pair.push(Picture::random(c.width, c.height, i));
      if (!pair.stream.ready()) continue;
      const std::vector<Picture> truth = pair.twin.predict(4);
      std::vector<Picture> found(4, Picture(c.width, c.height));
      pair.stream.predict(views(found));
      for (std::size_t k = 0; k < found.size(); ++k) {
        int off = 0;
        for (std::size_t p = 0; p < truth[k].pixels.size(); ++p) {
          const int difference = truth[k].pixels[p] - found[k].pixels[p];
          ASSERT_LE(std::abs(difference), 1) << "frame " << i << ", horizon " << k + 1;
          off += difference != 0;
        }
        ASSERT_LE(off, int(truth[k].pixels.size() / 200)) << "frame " << i << ", horizon " << k;
      }
    }
  }
}

TEST_F(CudaStreamUse, APredictionTakesAMissingFramesPlace) {
  for (const Case& c : {window_, recurrent_, scaled_}) {
    Pair<float> pair(c);
    for (unsigned i = 0; i < 20; ++i) {
      if (i == 7 || i == 9 || i == 10 || i == 16) {
        pair.twin.push_missing();
        pair.stream.push_missing();
      } else {
        pair.push(Picture::random(c.width, c.height, i));
      }
      if (i > 5) pair.compare_floats(i % 2 == 0 ? 3 : 1);
    }
  }
}

// The floats' memory is made for the first missing frame; by then graphs are recorded.
TEST_F(CudaStreamUse, AFrameMayBeMissingForTheFirstTimeAfterALongWhile) {
  for (const StateMode state : {StateMode::kWindow, StateMode::kRecurrent}) {
    Pair<float> pair({"", test::any_size_config(), state, 20, 12});
    for (unsigned i = 0; i < 22; ++i) {
      pair.push(Picture::random(20, 12, i));
      if (i > 4) pair.compare_floats(2);
    }
    for (unsigned i = 0; i < 3; ++i) {
      pair.twin.push_missing();
      pair.stream.push_missing();
      pair.compare_floats(2);
      pair.push(Picture::random(20, 12, i));
      pair.compare_floats(2);
    }
  }
}

TEST_F(CudaStreamUse, BeginsAnewAfterReset) {
  for (const Case& c : {window_, recurrent_}) {
    Pair<float> pair(c);
    for (int round = 0; round < 3; ++round) {
      for (unsigned i = 0; i < unsigned(5 + round); ++i) {
        EXPECT_EQ(pair.stream.ready(), i >= 3);
        pair.push(Picture::random(c.width, c.height, unsigned(round) * 100 + i));
      }
      pair.compare_floats(3);
      pair.twin.reset();
      pair.stream.reset();
      EXPECT_FALSE(pair.stream.ready());
    }
  }
}

// A rollout made longer step by step, one asked for again, and one of which only some are wanted.
TEST_F(CudaStreamUse, ARolloutMayBeContinued) {
  Pair<float> pair({"", test::any_size_config(), StateMode::kWindow, 33, 17});
  const auto ask = [&](std::initializer_list<int> wanted, int horizon) {
    std::vector<Picture> found(std::size_t(horizon), Picture(33, 17));
    std::vector<MutableFrameView> all(static_cast<std::size_t>(horizon));
    for (const int k : wanted) {
      all[std::size_t(k - 1)] = found[std::size_t(k - 1)].mutable_view();
    }
    pair.stream.predict(all);
    const std::vector<Picture> truth = pair.twin.predict(horizon);
    for (const int k : wanted) {
      const auto i = std::size_t(k - 1);
      int worst = 0;
      for (std::size_t p = 0; p < truth[i].pixels.size(); ++p) {
        worst = std::max(worst, std::abs(truth[i].pixels[p] - found[i].pixels[p]));
      }
      EXPECT_LE(worst, 1) << "horizon " << k;
    }
  };
  for (unsigned i = 0; i < 14; ++i) {
    pair.push(Picture::random(33, 17, i));
    if (!pair.stream.ready()) continue;
    ask({1, 2}, 2);
    ask({3}, 3);
    ask({4}, 4);
    ask({2}, 2);
    ask({}, 3);
    ask({4, 5}, 5);
  }
}

}  // namespace
}  // namespace stip
