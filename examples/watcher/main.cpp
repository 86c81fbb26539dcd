// stip-watcher: a surveillance application. Watches a camera or a file, prints an alarm as a line
// of JSON when something happens that could not be expected, and records the video as it came.
#include <glib-unix.h>

#include <cstdio>

#include "watcher.h"

namespace {

// Ends the program where the arguments are not understood.
watcher::Options parse(int argc, char** argv) {
  gchar* record = nullptr;
  gchar* model = nullptr;
  gchar** source = nullptr;
  watcher::Options options;
  const GOptionEntry entries[] = {
      {"record", 'r', 0, G_OPTION_ARG_FILENAME, &record,
       "Record the video, not decoded, in a new Matroska file", "FILE"},
      {"model", 'm', 0, G_OPTION_ARG_STRING, &model,
       "Model file, name or built-in (default: small)", "MODEL"},
      {"threshold", 't', 0, G_OPTION_ARG_DOUBLE, &options.threshold,
       "Score at which an alarm begins (default: 1.2)", "SCORE"},
      {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &source, nullptr, "SOURCE"},
      {nullptr, 0, 0, G_OPTION_ARG_NONE, nullptr, nullptr, nullptr}};
  GOptionContext* context = g_option_context_new(nullptr);
  g_option_context_set_summary(
      context,
      "Prints a line of JSON for everything unexpected in a video. SOURCE is a file or an "
      "address,\n"
      "e.g. rtsp://camera/stream. Ctrl-C ends it and completes the recording.");
  g_option_context_add_main_entries(context, entries, nullptr);
  g_option_context_add_group(context, gst_init_get_option_group());
  GError* error = nullptr;
  const bool parsed = g_option_context_parse(context, &argc, &argv, &error);
  g_option_context_free(context);
  if (!parsed) {
    const std::string text = error->message;
    g_error_free(error);
    throw watcher::Failure(text + ".");
  }
  if (record != nullptr) options.record = record;
  if (model != nullptr) options.model = model;
  const guint sources = source != nullptr ? g_strv_length(source) : 0;
  if (sources == 1) options.source = source[0];
  g_free(record);
  g_free(model);
  g_strfreev(source);
  if (sources != 1) throw watcher::Failure("give one video to watch, a file or an address.");
  return options;
}

gboolean interrupted(gpointer watcher) {
  static_cast<watcher::Watcher*>(watcher)->interrupt();
  return G_SOURCE_CONTINUE;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    watcher::Watcher watcher(parse(argc, argv));
    g_unix_signal_add(SIGINT, interrupted, &watcher);
    g_unix_signal_add(SIGTERM, interrupted, &watcher);
    watcher.run();
    return 0;
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "stip-watcher: %s\n", failure.what());
    return 1;
  }
}
