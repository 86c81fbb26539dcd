#!/usr/bin/python3
"""What is to be seen: a video served over RTSP with its future. Open one of these in a player:

    rtsp://127.0.0.1:8554/predicted      the predictions alone
    rtsp://127.0.0.1:8554/side-by-side   left the original, right what was predicted for that moment
    rtsp://127.0.0.1:8554/original       the original

The network runs while somebody looks, once for all who look at the same. Ctrl-C ends it.

    pipelines/rtsp-out.py [VIDEO]        played when the first one looks (default: the sample clip)

Knobs:
  STIP_SOURCE   elements instead of the video, e.g. "v4l2src ! decodebin"
  STIP_MODEL    model file, name or built-in (default: small)
  STIP_HORIZON  frames ahead, 1 to 64 (default: 5)
  STIP_SIZE     size of the pictures (default: 384x288)
  STIP_PORT     port of the server; 0: any that is free (default: 8554)
  STIP_BUILD    build folder (default: build/ in the clone)
"""
import os
import pathlib
import signal
import sys

PIPELINES = pathlib.Path(__file__).resolve().parent
OUTPUTS = ("predicted", "side-by-side", "original")


def prepend(name, folder):
    os.environ[name] = os.pathsep.join(filter(None, [str(folder), os.environ.get(name)]))


# GStreamer reads these when it is loaded.
prepend("STIP_MODEL_PATH", PIPELINES / "models")
plugin = pathlib.Path(os.environ.get("STIP_BUILD", PIPELINES.parent / "build")) / "gst-plugin"
if (plugin / "libgststip.so").exists():
    prepend("GST_PLUGIN_PATH", plugin)

if set(sys.argv[1:]) & {"-h", "--help"}:
    print(__doc__.strip())
    sys.exit()

try:
    import gi

    gi.require_version("Gst", "1.0")
    gi.require_version("GstRtspServer", "1.0")
    from gi.repository import GLib, Gst, GstRtspServer
except (ImportError, ValueError) as error:
    sys.exit(f"rtsp-out: {error}; setup.sh lists the packages that have it")


def source():
    given = os.environ.get("STIP_SOURCE")
    if given:
        return given
    video = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else PIPELINES / "media/square.mp4")
    if not video.is_file():
        sys.exit(f"rtsp-out: '{video}' is not a readable video file")
    return f'filesrc location="{video}" ! decodebin'


def pipeline(output):
    model = os.environ.get("STIP_MODEL", "small")
    horizon = os.environ.get("STIP_HORIZON", "5")
    width, height = os.environ.get("STIP_SIZE", "384x288").split("x")
    return (
        f"( {source()} ! videoconvert ! videoscale"
        f" ! video/x-raw,width={width},height={height},pixel-aspect-ratio=1/1"
        f" ! stippredict model={model} horizon={horizon} output={output} ! videoconvert"
        " ! x264enc tune=zerolatency speed-preset=veryfast key-int-max=10"
        " ! rtph264pay name=pay0 pt=96 )"
    )


def serve():
    server = GstRtspServer.RTSPServer()
    server.props.address = "127.0.0.1"
    server.props.service = os.environ.get("STIP_PORT", "8554")
    for output in OUTPUTS:
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_launch(pipeline(output))
        factory.set_shared(True)
        server.get_mount_points().add_factory("/" + output, factory)
    if server.attach(None) == 0:
        sys.exit(f"rtsp-out: port {server.props.service} is in use; set STIP_PORT to another one")
    for output in OUTPUTS:
        print(f"rtsp://127.0.0.1:{server.get_bound_port()}/{output}", flush=True)
    return server


Gst.init(None)
if Gst.ElementFactory.find("stippredict") is None:
    sys.exit("rtsp-out: GStreamer does not find stippredict; build it or set STIP_BUILD")
served = serve()
loop = GLib.MainLoop()
for number in (signal.SIGINT, signal.SIGTERM):
    GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, number, loop.quit)
loop.run()
