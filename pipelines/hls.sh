#!/usr/bin/env bash
# What is to be seen: an HLS stream, made from a video, a camera's address or another HLS stream, with
# the original left and the prediction made for that moment right. Open FOLDER/future.m3u8 in a player,
# or let browsers see it: python3 -m http.server --directory FOLDER
#
#   pipelines/hls.sh [VIDEO|URL] [FOLDER]   (default: the sample clip; pipelines/out/hls)
#
source "$(dirname "$0")/common.sh"
need hlssink x264enc
input=${1:-$sample}
folder=${2:-$pipelines/out/hls}
if [[ $input != *://* ]]; then
  need_file "$input"
  input=file://$(realpath "$input")
fi
mkdir -p "$folder" || die "the folder '$folder' cannot be made"
say "writing $folder/future.m3u8"

# -e: Ctrl-C closes the playlist. A key frame a second, so that segments can be two seconds long. The playlist keeps every segment.
# Not hlssink2: in GStreamer 1.22 every few runs it never says that it has come to the end.
exec gst-launch-1.0 -e uridecodebin uri="$input" caps=video/x-raw ! "${scale[@]}" \
  ! stippredict model="$model" horizon="$horizon" output=side-by-side \
  ! videoconvert ! x264enc speed-preset=veryfast key-int-max=10 ! video/x-h264,profile=high ! h264parse \
  ! mpegtsmux ! hlssink target-duration=2 playlist-length=0 max-files=0 \
  location="$folder/future%05d.ts" playlist-location="$folder/future.m3u8"
