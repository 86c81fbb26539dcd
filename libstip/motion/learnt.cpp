#include "motion/learnt.h"

namespace stip {
namespace {

constexpr float kMovedHalf =
    0.5f;                        // summed squared error of copying at which the gate is half open
constexpr int kErrorRadius = 2;  // cells
constexpr int kNearRadius = 3;
constexpr int kFarRadius = 23;

// Squared error of source i: t^2 - 2 d_i t + d_i^2.
std::vector<float> errors_of(const SourceTest& test, int i) {
  const int square = i * kCandidates - i * (i - 1) / 2;  // where d_i d_i stands
  std::vector<float> errors(test.moved.size());
  for (std::size_t cell = 0; cell < errors.size(); ++cell) {
    const Evidence::Cell& e = test.evidence.cells[cell];
    errors[cell] = test.moved[cell] - 2 * e[std::size_t(Evidence::kProducts + i)] +
                   e[static_cast<std::size_t>(square)];
  }
  return errors;
}

void find_gate(const std::vector<float>& moved, int columns, int rows, std::vector<float>* gate) {
  std::vector<float> near, far;
  box_means(moved, columns, rows, kNearRadius, &near);
  box_means(moved, columns, rows, kFarRadius, &far);
  double whole = 0;
  for (const float value : moved) whole += double{value};
  whole /= static_cast<double>(moved.size());
  gate->resize(moved.size());
  for (std::size_t i = 0; i < gate->size(); ++i) {
    const float all = near[i] + 0.3f * far[i] + 0.2f * static_cast<float>(whole);
    (*gate)[i] = all / (all + kMovedHalf);
  }
}

void log_energies(std::vector<float>* energies) {
  for (float& energy : *energies) energy = log_energy(energy);
}

}  // namespace

void errors_around(const std::vector<float>& errors, int columns, int rows,
                   std::vector<float>* out) {
  box_means(errors, columns, rows, kErrorRadius, out);
}

void learn_from_tests(ThreadPool& pool, Learnt* learnt) {
  const SourceTest& tests = learnt->tests;
  const int columns = tests.evidence.columns;
  const int rows = tests.evidence.rows;
  pool.run(3 + kCandidates, [&](int task, int) {
    if (task == 0) solve_cell_weights(tests.evidence, 1, &learnt->weights);
    if (task == 1) find_gate(tests.moved, columns, rows, &learnt->gate);
    if (task == 2) {
      errors_around(tests.moved, columns, rows, &learnt->moved_around);
      log_energies(&learnt->moved_around);
      learnt->moved = tests.moved;
      log_energies(&learnt->moved);
    }
    if (task < 3) return;
    std::vector<float>& errors = learnt->errors_around[static_cast<std::size_t>(task - 3)];
    errors_around(errors_of(tests, task - 3), columns, rows, &errors);
    log_energies(&errors);
  });
  for (std::vector<float>& errors : learnt->errors_around) {
    for (std::size_t i = 0; i < errors.size(); ++i) errors[i] -= learnt->moved_around[i];
  }
}

}  // namespace stip
