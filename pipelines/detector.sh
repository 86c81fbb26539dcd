#!/usr/bin/env bash
# What is to be seen: faces marked where they are (left) and where they are going to be five frames
# (STIP_HORIZON) later (right), both shown at the moment they are of: a detector that knows nothing of
# predictions works on the future. Each face that is found is printed as well.
#
#   pipelines/detector.sh [VIDEO]         (default: the sample clip with a face)
#
#   STIP_DETECTOR  any element that finds things in raw video and draws or posts them
#                  (default: facedetect; e.g. motioncells, zbar)
source "$(dirname "$0")/common.sh"
video=${1:-$pipelines/media/gesture.mkv}
need_file "$video"
read -r -a detector <<<"${STIP_DETECTOR:-facedetect min-neighbors=5}"
need "${detector[0]}"

gst-launch-1.0 -m filesrc location="$video" ! decodebin ! videoconvert ! video/x-raw,format=RGB \
  ! stippredict name=p model="$model" \
  p.original ! videoconvert ! "${detector[@]}" name=now ! videoconvert ! row.sink_0 \
  p."pred_$horizon" ! videoconvert ! "${detector[@]}" name=future ! videoconvert ! row.sink_1 \
  compositor name=row sink_1::xpos=640 ! "${display[@]}" |
  awk '/from element "(now|future)"/ { print; fflush(); next }
       !/^Got message/ { print > "/dev/stderr" }
       /^ERROR/ { failed = 1 } END { exit failed }'
