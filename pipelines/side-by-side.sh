#!/usr/bin/env bash
# What is to be seen: three pictures in a row: the video, what was expected of this moment one frame
# ago, and what was expected five frames (STIP_HORIZON) ago. One network makes both, each on a pad of
# its own; no queue is needed.
#
#   pipelines/side-by-side.sh [VIDEO]     (default: the sample clip)
#
source "$(dirname "$0")/common.sh"
video=${1:-$sample}
need_file "$video"

exec gst-launch-1.0 compositor name=row sink_1::xpos="$width" sink_2::xpos=$((2 * width)) ! "${display[@]}" \
  filesrc location="$video" ! decodebin ! "${scale[@]}" ! stippredict name=p model="$model" \
  p.original ! row.sink_0 \
  p.pred_1 ! row.sink_1 \
  p."pred_$horizon" ! row.sink_2
