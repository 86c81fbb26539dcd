#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "commands/commands.h"
#include "data/prepare.h"
#include "progress.h"

namespace stip::training {
namespace {

struct Arguments {
  std::string name;
  std::string source;
  std::string target;
};

}  // namespace

void add_prepare_command(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("prepare", "make frames and list files of a published data set");
  command->add_option("NAME", arguments->name, "ucfsport, human36m or sjtu4k")
      ->required()
      ->check(CLI::IsMember({"ucfsport", "human36m", "sjtu4k"}));
  command
      ->add_option("SRC", arguments->source,
                   "the unpacked data set: UCF Sports' folders of frames, Human3.6M's "
                   "S*/Videos/*.mp4, SJTU's 4K videos (raw .yuv must be given as .y4m)")
      ->required();
  command->add_option("DST", arguments->target, "folder to write NAME/ to")->required();
  command->footer("Example: stip-train prepare ucfsport ucf_sports_actions/ frames/");
  command->callback([arguments] {
    Progress progress("prepare");
    int done = 0;
    prepare_data_set(arguments->name, arguments->source, arguments->target,
                     [&](const std::string& clip) { progress.show(done++, 0, clip); });
    progress.pause();
    spdlog::info("wrote {}/{}/train.txt and test.txt", arguments->target, arguments->name);
  });
}

}  // namespace stip::training
