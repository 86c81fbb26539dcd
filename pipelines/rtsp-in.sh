#!/usr/bin/env bash
# What is to be seen: left a network camera, right what was expected of this moment. The left picture
# has the camera's full rate however slow the network is.
#
#   pipelines/rtsp-in.sh URL        e.g. rtsp://user:password@camera/stream
#
#   STIP_LATENCY  milliseconds that packets may be late (default: 200)
source "$(dirname "$0")/common.sh"
url=${1:-}
[[ $url == rtsp*://* ]] || die "give the address of a camera, e.g. rtsp://192.168.0.10/stream"

exec gst-launch-1.0 rtspsrc location="$url" latency="${STIP_LATENCY:-200}" ! decodebin ! "${scale[@]}" \
  ! stippredict model="$model" horizon="$horizon" output=side-by-side ! "${display[@]}"
