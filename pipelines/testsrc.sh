#!/usr/bin/env bash
# What is to be seen: GStreamer's swinging ball at the left and, at the right, where it was expected to be
# now two frames (STIP_HORIZON) ago.
# With STIP_MODEL=copy-last, which needs no model file, the right ball lags behind by two frames.
#
#   pipelines/testsrc.sh [FRAMES]   how many frames to show (default: -1, without end)
#
STIP_HORIZON=${STIP_HORIZON:-2}
source "$(dirname "$0")/common.sh"
frames=${1:--1}

exec gst-launch-1.0 videotestsrc is-live=true pattern=ball num-buffers="$frames" \
  ! "video/x-raw,format=BGR,width=$width,height=$height,framerate=10/1" \
  ! stippredict model="$model" horizon="$horizon" output=side-by-side ! "${display[@]}"
