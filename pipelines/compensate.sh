#!/usr/bin/env bash
# What is to be seen: a video over a link with a delay, as for somebody who steers a robot from afar.
# Left what arrives, late; right the same predicted as far ahead as it is late: what the camera sees
# now. Both ends run here, over RTP.
#
#   pipelines/compensate.sh [VIDEO]       played as if it were the camera (default: the sample clip)
#
#   STIP_LATENCY  milliseconds of delay on the link (default: 300)
#   STIP_PORT     UDP port of the link (default: 5004)
source "$(dirname "$0")/common.sh"
source "$pipelines/rtp_link.sh"
need x264enc avdec_h264 rtpjitterbuffer
video=${1:-$sample}
need_file "$video"

# compensate=-1: as much as the pipeline's latency, in which the jitter buffer's delay is.
over_rtp "$video" 0 "${row_of_two[@]}" ! "${display[@]}" \
  "${rtp_source[@]}" ! rtpjitterbuffer latency="${STIP_LATENCY:-300}" ! rtph264depay \
  ! avdec_h264 max-threads=1 ! videoconvert ! stippredict name=p model="$model" compensate=-1 \
  p.original ! row.sink_0 p.src ! row.sink_1
