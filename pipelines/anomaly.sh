#!/usr/bin/env bash
# What is to be seen: a line for every alarm, where something happened that could not be expected from
# the frames before, and on the screen the video with these places in yellow and red. Nobody has to
# say beforehand what an anomaly looks like.
#
#   pipelines/anomaly.sh [VIDEO]          (default: the sample clip, in which nothing happens)
#
#   STIP_THRESHOLD  score at which the alarm begins (default: 1.5; see docs/element.md)
source "$(dirname "$0")/common.sh"
video=${1:-$sample}
need_file "$video"

gst-launch-1.0 -m filesrc location="$video" ! decodebin ! "${scale[@]}" \
  ! stippredict model="$model" horizon=1 output=heat-map anomaly-threshold="${STIP_THRESHOLD:-1.5}" \
  ! "${display[@]}" |
  awk '/stippredict-anomaly/ { sub(/.*stippredict-anomaly, /, ""); print; fflush(); next }
       !/^Got message/ { print > "/dev/stderr" }
       /^ERROR/ { failed = 1 } END { exit failed }'
