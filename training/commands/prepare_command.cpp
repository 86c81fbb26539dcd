#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "commands/commands.h"
#include "data/frame_archive.h"
#include "data/prepare.h"
#include "data/synthetic_folder.h"
#include "interrupt.h"
#include "outputs.h"
#include "progress.h"
#include "stip/error.h"

namespace stip::training {
namespace {

struct Arguments {
  std::string name;
  std::string source;
  std::string target;
};

struct ArchiveArguments {
  std::string target;
  std::vector<std::string> sources;
  std::string size;
  ArchiveOptions options;
};

struct SyntheticArguments {
  std::string target;
  std::string size = "256x256";
  SyntheticOptions options;
};

void parse_size(const std::string& text, int* width, int* height) {
  char rest = 0;
  if (std::sscanf(text.c_str(), "%dx%d%c", width, height, &rest) == 2 && *width > 0 &&
      *height > 0) {
    return;
  }
  throw Error(ErrorCode::kInvalidArgument,
              "--size is '" + text + "', it must be WIDTHxHEIGHT in pixels, as 256x256");
}

void make_scenes(SyntheticArguments& arguments) {
  parse_size(arguments.size, &arguments.options.shape.width, &arguments.options.shape.height);
  catch_interrupts();
  Progress progress("prepare");
  int seen = 0;
  const auto step = [&](const std::string& scene) {
    progress.show(seen++, arguments.options.scenes, scene);
    return interrupted() == 0;
  };
  const auto made = make_synthetic_scenes(arguments.target, arguments.options, step);
  progress.pause();
  spdlog::info("made {} scenes in {}{}", made, arguments.target,
               interrupted() != 0 ? "; interrupted: the same command goes on" : "");
}

void add_synthetic(CLI::App& prepare) {
  auto arguments = std::make_shared<SyntheticArguments>();
  SyntheticOptions& options = arguments->options;
  CLI::App* command = prepare.add_subcommand(
      "synthetic", "make scenes of textured things that move, to train on beside real videos");
  command
      ->add_option("DST", arguments->target,
                   "folder for scene-00001/0.png and so on; scenes that are there are kept")
      ->required();
  command->add_option("SOURCE", options.sources,
                      "videos and folders that half of the textures are cut from; without any, all "
                      "are patterns");
  command->add_option("--scenes", options.scenes, "how many")->capture_default_str();
  command->add_option("--frames", options.shape.frames, "of a scene, 2 to 240")
      ->capture_default_str();
  command->add_option("--size", arguments->size, "of the pictures, sides of 64 to 2048 pixels")
      ->capture_default_str();
  command->add_option("--seed", options.seed, "the same seed and sources give the same bytes")
      ->capture_default_str();
  command
      ->add_option("--first", options.first,
                   "number of the first scene: a second process can make 301 to 600 meanwhile")
      ->capture_default_str();
  command->add_flag("!--uncoded", options.shape.coded,
                    "leave out what encoders do to pictures (needed without GStreamer)");
  command->footer("Example: stip-train prepare synthetic scenes/ clips/ --scenes 600 --seed 1");
  command->callback([arguments] { make_scenes(*arguments); });
}

void archive_clips(ArchiveArguments& arguments) {
  ArchiveOptions& options = arguments.options;
  if (!arguments.size.empty()) parse_size(arguments.size, &options.width, &options.height);
  catch_interrupts();
  Progress progress("prepare");
  int seen = 0;
  const auto made =
      make_archives(arguments.sources, arguments.target, options, [&](const std::string& clip) {
        progress.show(seen++, 0, clip);
        return interrupted() == 0;
      });
  progress.pause();
  spdlog::info("made {} archives in {}{}", made, arguments.target,
               interrupted() != 0 ? "; interrupted: the same command goes on" : "");
}

void add_archive(CLI::App& prepare) {
  auto arguments = std::make_shared<ArchiveArguments>();
  CLI::App* command = prepare.add_subcommand(
      "archive", "decode clips into NAME.frames, to train where GStreamer is not");
  command->add_option("DST", arguments->target, "folder; archives that are there are kept")
      ->required();
  command->add_option("SOURCE", arguments->sources, "videos, picture folders and folders of them")
      ->required();
  command->add_option("--size", arguments->size, "WIDTHxHEIGHT to scale to; default: as they are");
  command
      ->add_option("--first", arguments->options.first,
                   "first frame of each; negative: from its end")
      ->capture_default_str();
  command->add_option("--last", arguments->options.last, "last frame of each; -1: its last")
      ->capture_default_str();
  command->footer(
      "Example: stip-train prepare archive archives/ clips/\n"
      "A frame of 640x360 takes 0.7 MB: as many bytes as pixels, times three.");
  command->callback([arguments] { archive_clips(*arguments); });
}

// A word that is no sub-command is taken for the name of a data set.
std::string check_data_set(std::string& name) {
  if (name == "ucfsport" || name == "human36m" || name == "sjtu4k") return "";
  return "'" + name +
         "' is given; give archive, synthetic, or the name of a data set: ucfsport, human36m or "
         "sjtu4k";
}

}  // namespace

void add_prepare_command(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand(
      "prepare", "make frames and list files of a published data set, scenes, or archives");
  // Needed, but not with a subcommand: CLI11 would ask for them there too.
  command->add_option("NAME", arguments->name, "ucfsport, human36m or sjtu4k")
      ->check(CLI::Validator(&check_data_set, "DATA SET"));
  command->add_option("SRC", arguments->source,
                      "the unpacked data set: UCF Sports' folders of frames, Human3.6M's "
                      "S*/Videos/*.mp4, SJTU's 4K videos (raw .yuv must be given as .y4m)");
  command->add_option("DST", arguments->target, "folder to write NAME/ to");
  command->footer(
      "Example: stip-train prepare ucfsport ucf_sports_actions/ frames/\n"
      "         stip-train prepare synthetic scenes/ clips/ --scenes 600");
  add_synthetic(*command);
  add_archive(*command);
  command->callback([arguments, command] {
    if (!command->get_subcommands().empty()) return;
    for (const char* name : {"NAME", "SRC", "DST"}) {
      if (command->count(name) > 0) continue;
      throw CLI::RequiredError(std::string(name) + " (or archive or synthetic)");
    }
    check_outputs({{"DST", arguments->target + "/" + arguments->name}}, {arguments->source});
    Progress progress("prepare");
    int done = 0;
    prepare_data_set(arguments->name, arguments->source, arguments->target,
                     [&](const std::string& clip) { progress.show(done++, 0, clip); });
    progress.pause();
    spdlog::info("wrote {}/{}/train.txt and test.txt", arguments->target, arguments->name);
  });
}

}  // namespace stip::training
