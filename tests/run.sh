#!/usr/bin/env bash
# Builds everything and runs every test; does the set-up itself. Ends with "N passed, N failed, N skipped".
#   STIP_BUILD  build folder (default: build/ in the clone)
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
build=${STIP_BUILD:-$root/build}
export CCACHE_SLOPPINESS=${CCACHE_SLOPPINESS:-time_macros}
cd "$root" || exit 1

die() { printf 'tests: %s\n0 passed, 1 failed, 0 skipped\n' "$*"; exit 1; }

./setup.sh || die "setup.sh failed"
if [ ! -e "$build/build.ninja" ]; then meson setup "$build" "$root" || die "meson setup failed"; fi
ninja -C "$build" || die "the build failed"

# One thread a test program: with two programs at a time that is two cores.
OMP_NUM_THREADS=1 meson test -C "$build" --no-rebuild --num-processes 2 --print-errorlogs
tests/check_format.sh
formatted=$?
exec python3 tests/summary.py "$build/meson-logs/testlog.junit.xml" "$formatted"
