#include "ops/fused_cell.h"

#include <gtest/gtest.h>

#include "base/torch_device.h"
#include "ops/stgru_update.h"

namespace stip {
namespace {

// What a cell is given: values, weight and bias of both sides' gates, and both memories.
using Inputs = std::vector<torch::Tensor>;

struct CellCase {
  const char* name;
  int batch, hidden, height, width;
  bool by_place;
};

// One value, less than a vector, and more than a thread's piece of work with a rest.
const CellCase kCellCases[] = {{"one place", 1, 1, 1, 1, false},
                               {"by channel", 2, 3, 2, 3, false},
                               {"by place", 3, 2, 3, 2, true},
                               {"several pieces by channel", 2, 20, 11, 13, false},
                               {"several pieces by place", 2, 33, 9, 8, true}};

Inputs random_inputs(const CellCase& c, torch::ScalarType type = torch::kFloat64) {
  torch::manual_seed(9);
  const auto options = torch::TensorOptions().dtype(type);
  const std::vector<int64_t> norm = c.by_place
                                        ? std::vector<int64_t>{4 * c.hidden, c.height, c.width}
                                        : std::vector<int64_t>{4 * c.hidden};
  Inputs inputs;
  for (int side = 0; side < 2; ++side) {
    inputs.push_back(3 * torch::randn({c.batch, 4 * c.hidden, c.height, c.width}, options) + side);
    inputs.push_back(1 + 0.5 * torch::randn(norm, options));
    inputs.push_back(torch::randn(norm, options));
  }
  for (int side = 0; side < 2; ++side) {
    inputs.push_back(torch::randn({c.batch, c.hidden, c.height, c.width}, options));
  }
  for (auto& input : inputs) input.set_requires_grad(true);
  return inputs;
}

CellMemories fused(const Inputs& in) {
  return fused_cell({in[0], in[1], in[2]}, {in[3], in[4], in[5]}, in[6], in[7]);
}

// As the readable network has it.
CellMemories readable(const Inputs& in) {
  const auto normalised = [&](size_t side) {
    const auto &values = in[3 * side], &weight = in[3 * side + 1], &bias = in[3 * side + 2];
    return weight.dim() == 3 ? torch::layer_norm(values, weight.sizes(), weight, bias)
                             : torch::group_norm(values, 1, weight, bias);
  };
  const auto made = stgru_update(normalised(0), normalised(1), in[6], in[7]);
  return {made.temporal, made.spatial};
}

// A loss to which every result's every value counts differently.
torch::Tensor loss_of(const CellMemories& made) {
  return (made.temporal.square() * 0.7 + made.spatial.sin()).sum() +
         (made.temporal * made.spatial).sum();
}

template <typename Run>
Inputs gradients_by(const Run& run, const Inputs& inputs) {
  for (const auto& input : inputs) input.mutable_grad() = torch::Tensor();
  loss_of(run(inputs)).backward();
  Inputs gradients;
  for (const auto& input : inputs) gradients.push_back(input.grad().clone());
  return gradients;
}

void expect_close(const Inputs& found, const Inputs& expected, double most) {
  const torch::NoGradGuard no_grad;
  for (size_t i = 0; i < expected.size(); ++i) {
    ASSERT_EQ(found[i].sizes(), expected[i].sizes()) << i;
    ASSERT_EQ(found[i].scalar_type(), expected[i].scalar_type()) << i;
    const double scale = 1 + expected[i].abs().max().item<double>();
    EXPECT_LE((found[i] - expected[i]).abs().max().item<double>(), most * scale) << i;
  }
}

// The fused one there, the readable one on the CPU. (What comes to a device and back has its
// gradients where it was.)
void expect_the_readable_one(const torch::Device& device) {
  const auto fused_there = [&](Inputs inputs) {
    for (auto& input : inputs) input = input.to(device);
    const auto made = fused(inputs);
    return CellMemories{made.temporal.to(torch::kCPU), made.spatial.to(torch::kCPU)};
  };
  for (const CellCase& c : kCellCases) {
    for (const auto type : {torch::kFloat64, torch::kFloat32}) {
      SCOPED_TRACE(c.name);
      const Inputs inputs = random_inputs(c, type);
      const double most = type == torch::kFloat64 ? 1e-12 : 1e-5;
      const auto made = fused_there(inputs), expected = readable(inputs);
      expect_close({made.temporal, made.spatial}, {expected.temporal, expected.spatial}, most);
      expect_close(gradients_by(fused_there, inputs), gradients_by(&readable, inputs), most);
    }
  }
}

TEST(FusedCell, IsTheReadableOneAndItsGradients) { expect_the_readable_one(torch::kCPU); }

TEST(FusedCell, IsTheReadableOneOnAGpu) {
  if (!resolve_device({}).is_cuda()) GTEST_SKIP() << "no GPU that torch can use";
  expect_the_readable_one(torch::kCUDA);
}

// Not against other derivatives, which may share a mistake: against differences of the results.
TEST(FusedCell, HasTheGradientsThatNumbersGive) {
  for (const bool by_place : {false, true}) {
    SCOPED_TRACE(by_place);
    const Inputs inputs = random_inputs({"", 2, 2, 2, 3, by_place});
    const Inputs gradients = gradients_by(&fused, inputs);
    const torch::NoGradGuard no_grad;
    constexpr double kStep = 1e-5;
    for (size_t i = 0; i < inputs.size(); ++i) {
      auto values = inputs[i].view(-1);
      const auto gradient = gradients[i].reshape(-1);
      for (int64_t j = 0; j < values.numel(); ++j) {
        const double before = values[j].item<double>();
        values[j].fill_(before + kStep);
        const double above = loss_of(fused(inputs)).item<double>();
        values[j].fill_(before - kStep);
        const double below = loss_of(fused(inputs)).item<double>();
        values[j].fill_(before);
        EXPECT_NEAR(gradient[j].item<double>(), (above - below) / (2 * kStep), 1e-7)
            << "input " << i << ", value " << j;
      }
    }
  }
}

// The last layer's S is read by nobody where a step is not decoded.
TEST(FusedCell, NeedNotCountBothResults) {
  const CellCase c = {"", 2, 3, 2, 3, true};
  for (const bool temporal : {false, true}) {
    const auto gradients = [&](auto&& run) {
      const Inputs inputs = random_inputs(c);
      const auto made = run(inputs);
      (temporal ? made.temporal : made.spatial).square().sum().backward();
      Inputs result;
      for (const auto& input : inputs) {
        result.push_back(input.grad().defined() ? input.grad() : torch::zeros_like(input));
      }
      return result;
    };
    expect_close(gradients(&fused), gradients(&readable), 1e-12);
  }
}

// What is not a number must show, not vanish in a sigmoid.
TEST(FusedCell, PassesOnWhatIsNoNumber) {
  Inputs inputs = random_inputs({"", 1, 20, 3, 3, false}, torch::kFloat32);
  {
    const torch::NoGradGuard no_grad;
    inputs[2][5].fill_(std::nanf(""));  // the bias of a channel's z
  }
  const auto made = fused(inputs);
  EXPECT_TRUE(made.temporal[0][5].isnan().all().item<bool>());
  EXPECT_TRUE(made.spatial[0][5].isnan().all().item<bool>());
  EXPECT_FALSE(made.temporal[0][6].isnan().any().item<bool>());
  const auto gradients = gradients_by(&fused, inputs);
  EXPECT_TRUE(gradients[2].isnan().any().item<bool>());
}

// In mixed precision convolutions give bfloat16, to cells and as the first layer's memories.
TEST(FusedCell, TakesRoundedGatesAndMemories) {
  Inputs inputs = random_inputs({"", 2, 8, 3, 5, false}, torch::kFloat32);
  for (const size_t i : {0, 3, 6, 7}) {
    inputs[i] = inputs[i].detach().to(torch::kBFloat16).set_requires_grad(true);
  }
  const auto in_single = [](Inputs given) {
    for (auto& input : given) input = input.to(torch::kFloat32);
    return readable(given);
  };
  const auto made = fused(inputs), expected = in_single(inputs);
  EXPECT_EQ(made.temporal.scalar_type(), torch::kFloat32);
  expect_close({made.temporal, made.spatial}, {expected.temporal, expected.spatial}, 1e-5);
  // Their gradients are rounded: 8 bits.
  expect_close(gradients_by(&fused, inputs), gradients_by(in_single, inputs), 8e-3);
}

TEST(FusedCell, TakesAnyOrderOfMemory) {
  for (const bool by_place : {false, true}) {
    const Inputs inputs = random_inputs({"", 2, 5, 3, 4, by_place});
    const auto last = [](Inputs given) {
      for (const size_t i : {0, 3, 7}) {
        given[i] = given[i].contiguous(torch::MemoryFormat::ChannelsLast);
      }
      given[6] = given[6].transpose(2, 3).contiguous().transpose(2, 3);
      return fused(given);
    };
    const auto made = last(inputs), expected = readable(inputs);
    expect_close({made.temporal, made.spatial}, {expected.temporal, expected.spatial}, 1e-12);
    expect_close(gradients_by(last, inputs), gradients_by(&readable, inputs), 1e-12);
  }
}

}  // namespace
}  // namespace stip
