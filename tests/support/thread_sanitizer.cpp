// What the sanitizer for threads is not to report: GStreamer's and GLib's own counters and locks
// are compiled without it, so it takes the last owner's free() for a race with all owners before,
// and so the next use of a picture that comes back from a pool (where libgstvideo copies into it).
extern "C" const char* __tsan_default_suppressions();

extern "C" const char* __tsan_default_suppressions() {
  return "called_from_lib:libgstreamer-1.0.so\n"
         "called_from_lib:libgstvideo-1.0.so\n"
         "called_from_lib:libgobject-2.0.so\n"
         "called_from_lib:libglib-2.0.so\n";
}
