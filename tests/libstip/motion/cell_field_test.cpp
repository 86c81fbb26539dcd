// Displacements on cells: what they solve, and their borders.
#include "motion/cell_field.h"

#include <gtest/gtest.h>

#include <cmath>

namespace stip {
namespace {

CellField field(int columns, int rows, float x, float y) {
  CellField result;
  result.resize(columns, rows);
  for (int i = 0; i < columns * rows; ++i) {
    result.uv[std::size_t(2 * i)] = x;
    result.uv[std::size_t(2 * i + 1)] = y;
  }
  return result;
}

TEST(CellField, IsBilinearBetweenCentresAndFlatBeyond) {
  CellField ramp = field(3, 2, 0, 0);
  for (int row = 0; row < 2; ++row) {
    for (int column = 0; column < 3; ++column) {
      ramp.at(row, column)[0] = static_cast<float>(column);
      ramp.at(row, column)[1] = static_cast<float>(10 * row);
    }
  }
  EXPECT_FLOAT_EQ(ramp.between(1.5f, 1.5f).x, 0) << "a centre";
  EXPECT_FLOAT_EQ(ramp.between(3.5f, 1.5f).x, 0.5f);
  EXPECT_FLOAT_EQ(ramp.between(5.5f, 3.5f).y, 5);
  EXPECT_FLOAT_EQ(ramp.between(-100, -100).x, 0);
  EXPECT_FLOAT_EQ(ramp.between(100, 100).x, 2);
  EXPECT_FLOAT_EQ(ramp.between(100, 100).y, 10);
  EXPECT_FLOAT_EQ(ramp.between(std::nanf(""), 1.5f).x, 0) << "no place at all";
}

TEST(CellField, TakesTheMeanFlowOfEachCell) {
  FlowField flow;
  flow.width = 6;
  flow.height = 5;
  for (int i = 0; i < 30; ++i) {
    flow.uv.push_back(static_cast<float>(i % 6));
    flow.uv.push_back(static_cast<float>(i / 6));
  }
  CellField cells;
  cell_flow(flow, &cells);
  ASSERT_EQ(cells.columns, 2);
  ASSERT_EQ(cells.rows, 2);
  EXPECT_FLOAT_EQ(cells.at(0, 0)[0], 1.5f);
  EXPECT_FLOAT_EQ(cells.at(0, 1)[0], 4.5f) << "columns 4 and 5";
  EXPECT_FLOAT_EQ(cells.at(1, 0)[1], 4);
}

TEST(Displacements, OfEvenFlowAreItsMultiples) {
  const CellField flow = field(8, 6, -1.5f, 0.5f);
  ThreadPool pool(2);
  Displacements d;
  displace(flow, nullptr, 4, pool, &d);
  for (const auto* moved : {&d.settled, &d.accelerated}) {
    EXPECT_NEAR(moved->at(3, 4)[0], -6, 1e-4);
    EXPECT_NEAR(moved->at(3, 4)[1], 2, 1e-4);
  }
  EXPECT_NEAR(d.previous.at(3, 4)[0], -7.5f, 1e-4);
}

// Velocity -1.5 that changed by 0.5: then -1 and, as changes last by 0.8, -0.6.
TEST(Displacements, AcceleratedOnesGoOnChanging) {
  const CellField flow = field(8, 6, -1.5f, 0);
  const CellField change = field(8, 6, 0.5f, 0);
  ThreadPool pool(2);
  Displacements d;
  displace(flow, &change, 1, pool, &d);
  EXPECT_NEAR(d.accelerated.at(3, 4)[0], -1, 1e-4);
  EXPECT_NEAR(d.settled.at(3, 4)[0], -1.5f, 1e-4);
  displace(flow, &change, 2, pool, &d);
  EXPECT_NEAR(d.accelerated.at(3, 4)[0], -1.6f, 1e-4);
}

// A flow that grows to the right, and by 2 in a frame.
TEST(FlowChange, ComparesTheSameThings) {
  CellField before = field(16, 4, 0, 0);
  for (int row = 0; row < 4; ++row) {
    for (int column = 0; column < 16; ++column) {
      before.at(row, column)[0] = 0.5f * static_cast<float>(column);
    }
  }
  CellField now = field(16, 4, 8, 0);  // things were two cells further to the right
  CellField change;
  flow_change(now, before, &change);
  EXPECT_NEAR(change.at(2, 5)[0], 8 - 3.5f, 1e-5);
  CellField brought;
  bring_along(before, now, &brought);
  EXPECT_NEAR(brought.at(2, 5)[0], 3.5f, 1e-5);
}

TEST(SmoothCells, SpreadsOverThreeByThree) {
  CellField spike = field(5, 5, 0, 1);
  spike.at(2, 2)[0] = 16;
  smooth_cells(&spike);
  EXPECT_FLOAT_EQ(spike.at(2, 2)[0], 4);
  EXPECT_FLOAT_EQ(spike.at(1, 2)[0], 2);
  EXPECT_FLOAT_EQ(spike.at(3, 3)[0], 1);
  EXPECT_FLOAT_EQ(spike.at(2, 4)[0], 0);
  EXPECT_FLOAT_EQ(spike.at(0, 0)[1], 1) << "even up to the border";
}

TEST(Displacements, SettledOnesSolveTheirEquation) {
  CellField flow = field(24, 6, 0, 0);
  for (int row = 0; row < 6; ++row) {
    for (int column = 0; column < 24; ++column) {
      flow.at(row, column)[0] = 2 * std::sin(0.2f * static_cast<float>(column));
    }
  }
  ThreadPool pool(2);
  Displacements d;
  displace(flow, nullptr, 2, pool, &d);
  for (int column = 2; column < 22; ++column) {
    const float x = d.settled.at(2, column)[0];
    const float there = flow.between(static_cast<float>(column) * kCell + 1.5f + x, 9.5f).x;
    EXPECT_NEAR(x, 2 * there, 0.1) << column;
  }
}

// Something that moves right by 4 a frame has the still ground before it: one frame later it is
// there, which its settled displacement says and the flow at that place does not.
TEST(Displacements, TakeAnObjectOverItsOwnEdge) {
  CellField flow = field(16, 4, 0, 0);
  for (int row = 0; row < 4; ++row) {
    for (int column = 4; column < 8; ++column) flow.at(row, column)[0] = -8;
  }
  ThreadPool pool(2);
  Displacements d;
  displace(flow, nullptr, 1, pool, &d);
  EXPECT_LT(d.settled.at(1, 7)[0], -6);
}

}  // namespace
}  // namespace stip
