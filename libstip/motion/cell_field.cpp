#include "motion/cell_field.h"

#include <algorithm>

#include "motion/parallel_rows.h"
#include "ops/cpu/kernels.h"

namespace stip {
namespace {

constexpr int kSettlingRounds = 4;  // more change nothing that can be seen

constexpr int kBlock = 128;  // cells of a row that are worked on at once

// The field at the centres of cells column, column + 1, ... of a row, moved by d[i] (pixels).
void read_beside(const CellField& field, int row, int column, int count, const float* dx,
                 const float* dy, float* out) {
  constexpr float kCentre = 0.5f * (kCell - 1);
  float x[kBlock], y[kBlock];
  for (int i = 0; i < count; ++i) {
    x[i] = static_cast<float>((column + i) * kCell) + kCentre + dx[i];
    y[i] = static_cast<float>(row * kCell) + kCentre + dy[i];
  }
  constexpr float kScale = 1.0f / kCell;
  cpu::kernels().read_vectors(
      {field.uv.data(), field.columns, field.rows, x, y, kScale, 0.5f * (kScale - 1), count, out});
}

void settle_row(const CellField& flow, float steps, int row, CellField* out) {
  float x[kBlock], y[kBlock], there[2 * kBlock];
  for (int column = 0; column < flow.columns; column += kBlock) {
    const int count = std::min(flow.columns - column, kBlock);
    const float* start = flow.at(row, column);
    for (int i = 0; i < count; ++i) {
      x[i] = steps * start[2 * i];
      y[i] = steps * start[2 * i + 1];
    }
    for (int round = 0; round < kSettlingRounds; ++round) {
      read_beside(flow, row, column, count, x, y, there);
      for (int i = 0; i < count; ++i) {
        x[i] = 0.5f * (x[i] + steps * there[2 * i]);
        y[i] = 0.5f * (y[i] + steps * there[2 * i + 1]);
      }
    }
    float* settled = out->at(row, column);
    for (int i = 0; i < count; ++i) {
      settled[2 * i] = x[i];
      settled[2 * i + 1] = y[i];
    }
  }
}

// out(p) = part * first(p) + factor * second(p + first(p))
void follow_row(const CellField& first, float part, const CellField& second, float factor, int row,
                CellField* out) {
  float x[kBlock], y[kBlock], there[2 * kBlock];
  for (int column = 0; column < first.columns; column += kBlock) {
    const int count = std::min(first.columns - column, kBlock);
    const float* step = first.at(row, column);
    for (int i = 0; i < count; ++i) {
      x[i] = step[2 * i];
      y[i] = step[2 * i + 1];
    }
    read_beside(second, row, column, count, x, y, there);
    float* followed = out->at(row, column);
    for (int i = 0; i < 2 * count; ++i) followed[i] = part * step[i] + factor * there[i];
  }
}

// How many times a change of velocity moves things in k frames.
float times_changed(int k) {
  float velocity = 0, place = 0, change = 1;
  for (int i = 0; i < k; ++i) {
    velocity += change;
    place += velocity;
    change *= kLasting;
  }
  return place;
}

}  // namespace

CellField::Vector CellField::between(float x, float y) const {
  const auto place = [](float pixel, int last) {
    const float at = (pixel + 0.5f) * (1.0f / kCell) - 0.5f;
    return at > 0 ? std::min(at, static_cast<float>(last)) : 0.0f;
  };
  const float at_x = place(x, columns - 1);
  const float at_y = place(y, rows - 1);
  const int left = static_cast<int>(at_x);
  const int top = static_cast<int>(at_y);
  const float part_x = at_x - static_cast<float>(left);
  const float part_y = at_y - static_cast<float>(top);
  const int right = std::min(left + 1, columns - 1);
  const int bottom = std::min(top + 1, rows - 1);
  const float* a = at(top, left);
  const float* b = at(top, right);
  const float* c = at(bottom, left);
  const float* d = at(bottom, right);
  const auto mix = [&](int i) {
    const float upper = a[i] + (b[i] - a[i]) * part_x;
    const float lower = c[i] + (d[i] - c[i]) * part_x;
    return upper + (lower - upper) * part_y;
  };
  return {mix(0), mix(1)};
}

void cell_flow(const FlowField& flow, CellField* out) {
  out->resize(cells_along(flow.width), cells_along(flow.height));
  for (int row = 0; row < out->rows; ++row) {
    const int bottom = std::min((row + 1) * kCell, flow.height);
    for (int column = 0; column < out->columns; ++column) {
      const int right = std::min((column + 1) * kCell, flow.width);
      float sum[2] = {0, 0};
      for (int y = row * kCell; y < bottom; ++y) {
        const float* uv = flow.row(y) + std::ptrdiff_t{2} * column * kCell;
        for (int x = column * kCell; x < right; ++x, uv += 2) {
          sum[0] += uv[0];
          sum[1] += uv[1];
        }
      }
      const auto pixels = static_cast<float>((bottom - row * kCell) * (right - column * kCell));
      out->at(row, column)[0] = sum[0] / pixels;
      out->at(row, column)[1] = sum[1] / pixels;
    }
  }
}

void flow_change(const CellField& now, const CellField& before, CellField* out) {
  out->resize(now.columns, now.rows);
  for (int row = 0; row < now.rows; ++row) follow_row(now, 1, before, -1, row, out);
}

void bring_along(const CellField& field, const CellField& along, CellField* out) {
  out->resize(along.columns, along.rows);
  for (int row = 0; row < along.rows; ++row) follow_row(along, 0, field, 1, row, out);
}

void smooth_cells(CellField* field) {
  const CellField from = *field;
  const auto line = [&](int row, int column, int c) {
    const auto at = [&](int x) { return from.at(row, std::clamp(x, 0, from.columns - 1))[c]; };
    return at(column - 1) + 2 * at(column) + at(column + 1);
  };
  for (int row = 0; row < from.rows; ++row) {
    const int above = std::max(row - 1, 0);
    const int below = std::min(row + 1, from.rows - 1);
    for (int column = 0; column < from.columns; ++column) {
      for (int c = 0; c < 2; ++c) {
        field->at(row, column)[c] =
            (line(above, column, c) + 2 * line(row, column, c) + line(below, column, c)) / 16;
      }
    }
  }
}

void displace(const CellField& flow, const CellField* change, int k, ThreadPool& pool,
              Displacements* out, float pace) {
  for (CellField* field : {&out->settled, &out->accelerated, &out->previous}) {
    field->resize(flow.columns, flow.rows);
  }
  const float factor = times_changed(k);
  parallel_bands(pool, flow.rows, [&](int begin, int end) {
    for (int row = begin; row < end; ++row) {
      settle_row(flow, pace * static_cast<float>(k), row, &out->settled);
      follow_row(out->settled, 1, flow, 1, row, &out->previous);
      if (change != nullptr) {
        follow_row(out->settled, 1, *change, factor, row, &out->accelerated);
      }
    }
  });
  if (change == nullptr) out->accelerated = out->settled;
}

}  // namespace stip
