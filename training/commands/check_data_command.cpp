#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "commands/commands.h"
#include "data/data_check.h"
#include "progress.h"
#include "stip/error.h"

namespace stip::training {
namespace {

using Json = nlohmann::ordered_json;

struct Arguments {
  std::vector<std::string> paths;
  bool json = false;
};

std::string size_text(const ClipReport& clip) {
  return fmt::format("{}x{}", clip.width, clip.height);
}

// Pictures of each size, unreadable clips, frames.
struct Totals {
  std::int64_t unreadable = 0, cut = 0, frames = 0, frozen = 0, copies = 0;
  std::map<std::string, std::int64_t> sizes;

  explicit Totals(const std::vector<ClipReport>& clips) {
    for (const ClipReport& clip : clips) {
      if (!clip.problem.empty()) {
        ++unreadable;
        continue;
      }
      cut += clip.told_seconds > 0;
      frames += clip.frames;
      frozen += clip.frozen;
      copies += clip.copies;
      ++sizes[size_text(clip)];
    }
  }
};

void print_text(const std::vector<ClipReport>& clips, const Totals& totals) {
  for (const ClipReport& clip : clips) {
    if (!clip.problem.empty()) {
      fmt::print("{}: CANNOT BE READ: {}\n", clip.name, clip.problem);
      continue;
    }
    fmt::print("{}: {} frame{}, {}", clip.name, clip.frames, clip.frames == 1 ? "" : "s",
               size_text(clip));
    if (clip.told_seconds > 0) {
      fmt::print(", CUT SHORT: {:.1f} s of the {:.1f} that the file tells of", clip.seconds,
                 clip.told_seconds);
    }
    if (clip.frozen > 0) fmt::print(", {} frozen", clip.frozen);
    if (clip.copies > 0) fmt::print(", {} also in {}", clip.copies, clip.copied_from);
    fmt::print("\n");
  }
  fmt::print("{} clips, {} frames, {} frozen, {} also in another clip, {} clips cannot be read",
             clips.size(), totals.frames, totals.frozen, totals.copies, totals.unreadable);
  if (totals.cut > 0) fmt::print(", {} cut short: copy them anew", totals.cut);
  fmt::print("\n");
  for (const auto& [size, count] : totals.sizes) fmt::print("{} of {}\n", count, size);
}

void print_json(const std::vector<ClipReport>& clips, const Totals& totals) {
  Json list = Json::array();
  for (const ClipReport& clip : clips) {
    Json entry = {{"name", clip.name}};
    if (!clip.problem.empty()) {
      entry["problem"] = clip.problem;
    } else {
      entry.update({{"frames", clip.frames},
                    {"width", clip.width},
                    {"height", clip.height},
                    {"frozen", clip.frozen},
                    {"copies", clip.copies}});
      if (clip.told_seconds > 0) {
        entry["cut_short"] = {{"seconds", clip.seconds}, {"told_seconds", clip.told_seconds}};
      }
      if (clip.copies > 0) entry["copied_from"] = clip.copied_from;
    }
    list.push_back(entry);
  }
  const Json root = {
      {"clips", list},           {"frames", totals.frames},         {"frozen", totals.frozen},
      {"copies", totals.copies}, {"unreadable", totals.unreadable}, {"cut_short", totals.cut},
      {"sizes", totals.sizes}};
  fmt::print("{}\n", root.dump(2, ' ', false, Json::error_handler_t::replace));
}

void run(const Arguments& arguments) {
  Progress progress("check-data");
  int done = 0;
  const auto clips = check_data(arguments.paths, [&](const std::string& name) {
    ++done;
    progress.show(done - 1, 0, name);
  });
  progress.pause();
  const Totals totals(clips);
  arguments.json ? print_json(clips, totals) : print_text(clips, totals);
  if (totals.unreadable == 0) return;
  throw Error(ErrorCode::kUnreadable,
              fmt::format("{} of {} clips cannot be read; mend them or leave them out",
                          totals.unreadable, clips.size()));
}

}  // namespace

void add_check_data_command(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand(
      "check-data",
      "read data once: counts, sizes, unreadable and cut files, frozen and copied frames");
  command
      ->add_option("PATH", arguments->paths,
                   "videos, picture folders, folders of them, the release's list files (.txt)")
      ->required();
  command->add_flag("--json", arguments->json, "for machines");
  command->footer("Example: stip-train check-data my-videos/ --json");
  command->callback([arguments] { run(*arguments); });
}

}  // namespace stip::training
