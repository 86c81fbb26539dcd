#!/usr/bin/env bash
# What is to be seen: left the video, right what the network predicted for that same moment, made
# five frames earlier. Sets everything up by itself; the first run builds.
#
#   pipelines/demo.sh [INPUT] [OUTPUT]
#     INPUT   any video GStreamer decodes (default: the sample clip in this repository)
#     OUTPUT  the MP4 to write (default: pipelines/out/demo.mp4)
#
#   STIP_MODEL    model file, name or built-in (default: small)
#   STIP_HORIZON  frames ahead in the video, 1 to 64 (default: 5)
#   STIP_BUILD    build folder (default: build/ in the clone)
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
case ${1:-} in
  -h | --help)
    sed -n '2,/^[^#]/ { /^#/ s/^# \{0,1\}//p }' "$0"
    exit 0
    ;;
esac
input=${1:-$root/pipelines/media/square.mp4}
output=${2:-$root/pipelines/out/demo.mp4}
build=${STIP_BUILD:-$root/build}
model=${STIP_MODEL:-small}
horizon=${STIP_HORIZON:-5}

say() { printf 'demo: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

[ -e "$input" ] || die "the video '$input' does not exist"
[ -f "$input" ] && [ -r "$input" ] || die "'$input' is not a readable video file"
mkdir -p "$(dirname "$output")" || die "the folder of '$output' cannot be made"
case $horizon in '' | *[!0-9]*) die "STIP_HORIZON is '$horizon'; give a number from 1 to 64" ;; esac

"$root/setup.sh"
[ -e "$build/build.ninja" ] || meson setup "$build" "$root" >&2
ninja -C "$build" demo >&2

export GST_PLUGIN_PATH=$build/gst-plugin${GST_PLUGIN_PATH:+:$GST_PLUGIN_PATH}
export STIP_MODEL_PATH=$root/pipelines/models${STIP_MODEL_PATH:+:$STIP_MODEL_PATH}

# A name of its own until it is complete, so that a broken run leaves no half video.
part=$output.part.mp4
trap 'rm -f "$part"' EXIT
say "predicting $horizon frames ahead: $input -> $output"
begin=$(date +%s.%N)
gst-launch-1.0 -e filesrc location="$input" ! decodebin ! videoconvert \
  ! stippredict model="$model" horizon="$horizon" output=side-by-side \
  ! progressreport update-freq=2 silent=false \
  ! videoconvert ! videoscale \
  ! 'video/x-raw,format=I420,width=[2,8192,2],height=[2,8192,2]' \
  ! x264enc speed-preset=veryfast ! mp4mux ! filesink location="$part" >&2 ||
  die "the pipeline failed; its error is above"
end=$(date +%s.%N)
mv "$part" "$output"

say "measuring predictions against the frames that really came"
scores=$(mktemp)
trap 'rm -f "$scores"' EXIT
if "$build/training/stip-train" eval "$model" "$input" --horizon 5 --most 40 --json "$scores"; then
  python3 - "$scores" "$begin" "$end" <<'PYTHON'
import json, sys
frames = json.load(open(sys.argv[1]))["clips"][0]["frames"]
seconds = float(sys.argv[3]) - float(sys.argv[2])
print(f"{frames} frames in {seconds:.1f} s: {frames / seconds:.1f} frames/s "
      "(start, decoding and encoding included)")
PYTHON
else
  say "it could not be measured (see above); the video is complete"
fi
say "wrote $output"
