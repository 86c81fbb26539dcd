# shellcheck shell=bash
# A camera at the far end of a network link, for the scripts that source it: plays a video in its own
# time over RTP to this machine, beside a receiver.

rtp_port=${STIP_PORT:-5004}
rtp_source=(udpsrc address=127.0.0.1 port="$rtp_port"
  ! "application/x-rtp,media=video,clock-rate=90000,encoding-name=H264,payload=96")
# Live, it begins before there is a picture, with a size and rate of its own choice unless it is told.
row_of_two=(compositor name=row sink_1::xpos="$width"
  ! "video/x-raw,format=RGB,width=$((2 * width)),height=$height,framerate=25/1")

# over_rtp VIDEO LOSS RECEIVER...: LOSS is the share of packets that get lost, 0 to 1; the receiver is a
# pipeline that begins at "${rtp_source[@]}", and ends when the video does.
over_rtp() {
  local video=$1 loss=$2 receiver
  shift 2
  gst-launch-1.0 -e "$@" &
  receiver=$!
  trap : INT # both ends get the user's Ctrl-C, and finish what they have
  sleep 1    # until it listens
  kill -0 "$receiver" 2>/dev/null || { wait "$receiver"; return; } # its error is told
  gst-launch-1.0 -q filesrc location="$video" ! decodebin ! "${scale[@]}" ! clocksync \
    ! x264enc tune=zerolatency key-int-max=6 bitrate=4000 ! rtph264pay config-interval=-1 \
    ! identity drop-probability="$loss" ! udpsink host=127.0.0.1 port="$rtp_port" sync=false ||
    say "the sender failed; its error is above"
  sleep 1 # until the last frame has been shown
  kill -INT "$receiver" 2>/dev/null || true
  wait "$receiver"
}
