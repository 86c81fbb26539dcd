#!/usr/bin/env bash
# What is to be seen: left the camera, right what was expected of this moment. Move your hand: the left
# picture never waits for the network, the right one is renewed as fast as the network goes.
#
#   pipelines/webcam.sh [DEVICE]    a video4linux device (default: /dev/video0)
#
#   STIP_SOURCE  elements instead of a camera, e.g. "videotestsrc is-live=true"
source "$(dirname "$0")/common.sh"
device=${1:-/dev/video0}
read -r -a source <<<"${STIP_SOURCE:-}"
if [ ${#source[@]} -eq 0 ]; then
  [ -e "$device" ] || die "there is no camera '$device'; give another device, or set STIP_SOURCE"
  source=(v4l2src device="$device")
fi

exec gst-launch-1.0 "${source[@]}" ! decodebin ! "${scale[@]}" \
  ! stippredict model="$model" horizon="$horizon" output=side-by-side ! "${display[@]}"
