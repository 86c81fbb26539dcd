#pragma once

namespace CLI {
class App;
}

/// One function a sub-command: adds itself, its options and its example to the program. The work
/// runs as the sub-command's callback and reports failure by throwing stip::Error.
namespace stip::training {

void add_fit_command(CLI::App& app);
void add_eval_command(CLI::App& app);
void add_predict_command(CLI::App& app);
void add_calibrate_command(CLI::App& app);
void add_info_command(CLI::App& app);
void add_check_data_command(CLI::App& app);
void add_prepare_command(CLI::App& app);
void add_import_command(CLI::App& app);
void add_bench_command(CLI::App& app);
void add_export_command(CLI::App& app);

}  // namespace stip::training
