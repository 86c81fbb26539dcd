#!/usr/bin/env bash
# What is to be seen: left the video, right what the network predicted for that same moment, made
# five frames (STIP_HORIZON) earlier. Where nothing moves the halves are equal.
#
#   pipelines/file.sh [VIDEO]     any video GStreamer decodes (default: the sample clip)
#
source "$(dirname "$0")/common.sh"
video=${1:-$sample}
need_file "$video"

exec gst-launch-1.0 filesrc location="$video" ! decodebin ! videoconvert \
  ! stippredict model="$model" horizon="$horizon" output=side-by-side ! "${display[@]}"
