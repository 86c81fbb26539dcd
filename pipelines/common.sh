# shellcheck shell=bash
# What the scripts beside this file share: help, the element, the knobs. They source it; it runs nothing.
#
# Knobs of every script, besides its own:
#   STIP_MODEL    model file, name or built-in (default: small)
#   STIP_HORIZON  frames ahead, 1 to 64 (default: 5)
#   STIP_SIZE     size that the network works at in live pipelines (default: 384x288)
#   STIP_DISPLAY  elements that show the picture (default: videoconvert ! autovideosink)
#   STIP_BUILD    build folder (default: build/ in the clone)
set -euo pipefail
pipelines=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
name=$(basename "$0")

say() { printf '%s: %s\n' "${name%.*}" "$*" >&2; }
die() { say "$*"; exit 1; }

# The first comment of the script, and the knobs above.
show_help() {
  local file
  for file in "$0" "$pipelines/common.sh"; do
    awk '/^# Knobs/ { on = 1 }
         FILENAME ~ /common.sh$/ && !on { next }
         /^#!/ { next }
         /^#/ { sub(/^# ?/, ""); print; next }
         { exit }' "$file"
  done
}
case ${1:-} in -h | --help) show_help; exit 0 ;; esac

model=${STIP_MODEL:-small}
horizon=${STIP_HORIZON:-5}
size=${STIP_SIZE:-384x288}
sample=$pipelines/media/square.mp4

[[ $horizon =~ ^[0-9]+$ && $horizon -ge 1 && $horizon -le 64 ]] ||
  die "STIP_HORIZON is '$horizon'; give a number from 1 to 64"
[[ $size =~ ^([0-9]+)x([0-9]+)$ ]] || die "STIP_SIZE is '$size'; give something like 384x288"
width=${BASH_REMATCH[1]} height=${BASH_REMATCH[2]}

# The words of a pipeline: a path in them must not have spaces.
read -r -a display <<<"${STIP_DISPLAY:-videoconvert ! autovideosink}"
scale=(videoconvert ! videoscale ! "video/x-raw,width=$width,height=$height,pixel-aspect-ratio=1/1")

export STIP_MODEL_PATH=$pipelines/models${STIP_MODEL_PATH:+:$STIP_MODEL_PATH}
plugin_dir=${STIP_BUILD:-$pipelines/../build}/gst-plugin
[ ! -e "$plugin_dir/libgststip.so" ] ||
  export GST_PLUGIN_PATH=$plugin_dir${GST_PLUGIN_PATH:+:$GST_PLUGIN_PATH}

# Stops with what to do where an element is missing.
need() {
  local element
  for element; do
    gst-inspect-1.0 --exists --atleast-version=0.0 "$element" && continue
    [ "$element" != stippredict ] ||
      die "GStreamer does not find stippredict; build it (./setup.sh && meson setup build && ninja -C build) or set STIP_BUILD"
    die "GStreamer does not find the element $element; setup.sh lists the packages that have it"
  done
}
need stippredict

need_file() {
  [ -f "$1" ] && [ -r "$1" ] || die "'$1' is not a readable video file"
}
