#!/usr/bin/env bash
# Runs the tests under a sanitizer, in a build folder of its own and without LibTorch:
#   tests/sanitize.sh thread    plain C++ only: the library and the parts of the element that no pad and no
#                               element are needed for (a sanitizer for threads does not see GLib's locks)
#   tests/sanitize.sh address   library and element, for what is read or written where nothing is, for
#                               leaks and for undefined behaviour
#   STIP_BUILD  build folder (default: build/ in the clone); "-thread" or "-address" is added to it
#   STIP_TESTS  a filter as --gtest_filter takes it
# Ends with 0 where nothing was found. The first build takes some minutes.
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
what=${1:-}
case $what in
  thread) sanitize=thread ;;
  address) sanitize=address,undefined ;;
  *) sed -n '2,10s/^# \?//p' "$0"; exit 2 ;;
esac
build=${STIP_BUILD:-$root/build}-$what
export CCACHE_SLOPPINESS=${CCACHE_SLOPPINESS:-time_macros}

die() { printf 'sanitize: %s\n' "$*"; exit 1; }

if [ ! -e "$build/build.ninja" ]; then
  # Kernels are built without a sanitizer anyway; b_lundef: a sanitizer's symbols are found late.
  meson setup "$build" "$root" -Dtorch=disabled -Dtrainer=disabled -Dexamples=disabled -Dgpu=disabled \
    -Dbuildtype=debugoptimized -Db_sanitize="$sanitize" -Db_lundef=false -Dwerror=false ||
    die "meson setup failed"
fi
ninja -C "$build" || die "the build failed"

failed=()
run() {  # name, program, settings of its environment
  local name=$1 program=$2
  shift 2
  printf '== %s\n' "$name"
  env "$@" "$build/$program" --gtest_brief=1 --gtest_filter="${STIP_TESTS:-*}" || failed+=("$name")
}

export OMP_NUM_THREADS=1
export LD_LIBRARY_PATH=$build/libstip${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
registry=$build/tests/gst-plugin/sanitized-registry
if [ "$what" = thread ]; then
  # OpenCV and its threads are compiled without it.
  printf 'called_from_lib:lib%s\n' opencv_video.so opencv_imgproc.so opencv_core.so tbb.so >"$build/tsan.txt"
  export TSAN_OPTIONS="second_deadlock_stack=1 suppressions=$build/tsan.txt"
  run library tests/libstip/libstip-test
  run element-parts tests/gst-plugin/gststip-thread-tests GST_PLUGIN_PATH= "GST_REGISTRY=$registry.bin"
else
  # What GLib, GStreamer and fontconfig allocate once for ever, also where plugins are looked through.
  printf 'leak:%s\n' call_init gst_update_registry g_intern_ libfontconfig.so >"$build/lsan.txt"
  export LSAN_OPTIONS=suppressions=$build/lsan.txt
  export ASAN_OPTIONS=fast_unwind_on_malloc=0
  export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
  export G_DEBUG=fatal-criticals
  live='GST_TRACERS=leaks(filters="GstElement,GstPad,GstBuffer,GstBufferPool,GstMemory,GstCaps,GstEvent,GstQuery,GstMessage,GstSample,GstBus,GstTask")'
  run library tests/libstip/libstip-test
  # Threads of a block are fibers, whose stacks the sanitizer does not know.
  run gpu-on-host tests/libstip/libstip-cuda-on-host-test ASAN_OPTIONS=detect_stack_use_after_return=0
  run element-parts tests/gst-plugin/gststip-unit-tests GST_TRACERS=leaks GST_PLUGIN_PATH= "GST_REGISTRY=$registry.bin"
  # GStreamer's scanner is no program of ours and could not load a plugin that is watched.
  run element tests/gst-plugin/gststip-element-tests GST_TRACERS=leaks "GST_PLUGIN_PATH=$build/gst-plugin" \
    "GST_REGISTRY=$registry-element.bin" GST_REGISTRY_FORK=no
  run element-live tests/gst-plugin/gststip-live-tests "$live" GST_PLUGIN_PATH= "GST_REGISTRY=$registry.bin"
fi
[ ${#failed[@]} -eq 0 ] || die "${failed[*]} failed"
printf 'sanitize: nothing found\n'
