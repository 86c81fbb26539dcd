#!/usr/bin/env bash
# Every C++ file of ours is as clang-format would write it.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
mapfile -t files < <(find libstip gst-plugin training examples tests -name '*.cpp' -o -name '*.h' -o -name '*.cu' -o -name '*.cuh' | sort)
clang-format --dry-run -Werror "${files[@]}"
