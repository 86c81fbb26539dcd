#!/usr/bin/env bash
# What is to be seen: a video over a network that loses packets. Left what the decoder has, which stands
# still until the next key frame; right the same with the missing frames predicted. Both ends run
# here, over RTP.
#
#   pipelines/conceal.sh [VIDEO]          (default: the sample clip)
#
#   STIP_LOSS     share of packets that get lost, 0 to 1 (default: 0.02)
#   STIP_LATENCY  milliseconds that packets may be late (default: 200)
#   STIP_PORT     UDP port of the link (default: 5004)
source "$(dirname "$0")/common.sh"
source "$pipelines/rtp_link.sh"
need x264enc avdec_h264 rtpjitterbuffer
video=${1:-$sample}
need_file "$video"

# wait-for-keyframe: without it the decoder hides the loss with smeared pictures, and says nothing.
# A picture lost just after a key frame costs five more: 0.6 s of the sample clip.
over_rtp "$video" "${STIP_LOSS:-0.02}" "${row_of_two[@]}" ! "${display[@]}" \
  "${rtp_source[@]}" ! rtpjitterbuffer latency="${STIP_LATENCY:-200}" do-lost=true \
  ! rtph264depay wait-for-keyframe=true ! avdec_h264 max-threads=1 ! videoconvert \
  ! stippredict name=p model="$model" output=conceal max-conceal=1000000000 \
  p.original ! row.sink_0 p.src ! row.sink_1
