#!/usr/bin/env bash
# What is to be seen: a line for every alarm, where something happened that could not be expected from
# the frames before, and on the screen the video with these places in yellow and red. Nobody has to
# say beforehand what an anomaly looks like: a model that was not calibrated learns it from the first
# 100 frames, in which there is no alarm.
#
#   pipelines/anomaly.sh [VIDEO]          (default: the sample clip, in which nothing happens)
#
#   STIP_THRESHOLD  score at which the alarm begins (default: 1.2; see docs/element.md)
source "$(dirname "$0")/common.sh"
video=${1:-$sample}
need_file "$video"

gst-launch-1.0 -m filesrc location="$video" ! decodebin ! "${scale[@]}" \
  ! stippredict model="$model" horizon=1 output=heat-map anomaly-threshold="${STIP_THRESHOLD:-1.2}" \
  ! "${display[@]}" |
  awk '/stippredict-anomaly/ { sub(/.*stippredict-anomaly, /, ""); print; fflush(); next }
       !/^Got message/ { print > "/dev/stderr" }
       /^ERROR/ { failed = 1 } END { exit failed }'
