#include <malloc.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <climits>
#include <csignal>
#include <cstdio>

#include "commands/commands.h"
#include "commands/usage.h"
#include "interrupt.h"
#include "stip/error.h"

namespace {

// Networks allocate and free the same large blocks in every step. glibc would give each back to the
// system and fault its pages in again: a third of the time was spent there (measured).
void keep_freed_memory() {
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, INT_MAX);
}

int report(const stip::Error& error) {
  spdlog::error("{}", error.what());
  if (!error.detail().empty()) spdlog::error("({})", error.detail());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  keep_freed_memory();
  // A file that reaches the user's limit is a full disk, to be reported, and no end.
  std::signal(SIGXFSZ, SIG_IGN);
  spdlog::set_default_logger(spdlog::stderr_color_mt("stip-train"));
  spdlog::set_pattern("stip-train: %^%l:%$ %v");
  CLI::App app{"Trains, measures and uses video-prediction models for stippredict.", "stip-train"};
  app.set_version_flag("--version", STIP_VERSION);
  app.require_subcommand(1);
  app.footer("stip-train COMMAND --help shows a command's options and an example.");
  stip::training::add_fit_command(app);
  stip::training::add_eval_command(app);
  stip::training::add_predict_command(app);
  stip::training::add_calibrate_command(app);
  stip::training::add_info_command(app);
  stip::training::add_import_command(app);
  stip::training::add_bench_command(app);
  stip::training::add_export_command(app);
  stip::training::add_prepare_command(app);
  stip::training::add_check_data_command(app);
  try {
    stip::training::check_command(app, argc, argv);
    app.parse(argc, argv);
    return stip::training::interrupted() ? 128 + stip::training::interrupted() : 0;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const stip::Error& error) {
    return report(error);
  } catch (const std::bad_alloc&) {
    return report(
        {stip::ErrorCode::kOutOfMemory, "out of memory; use smaller pictures, crops or batches"});
  } catch (const std::exception& error) {
    return report({stip::ErrorCode::kFailed, "an unexpected failure", error.what()});
  }
}
