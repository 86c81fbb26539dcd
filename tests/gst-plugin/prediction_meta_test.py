"""The prediction's note is read from Python, as an application reads it, also behind a converter
and an encoder."""
import ctypes
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstApp", "1.0")
from gi.repository import Gst, GstApp  # noqa: E402, F401

EXPECTED = {
    "horizon": 3,
    "source-pts": 7 * Gst.SECOND,
    "age": 40 * Gst.MSECOND,
    "inference-time": 11 * Gst.MSECOND,
    "model-hash": "abc123",
    "concealed": True,
    "bypassed": False,
    "last-error": 12.5,
    "last-error-pts": 6 * Gst.SECOND,
}


def noted_frame(attach):
    frame = Gst.Buffer.new_allocate(None, 64 * 64 * 3, None)
    frame.memset(0, 90, 64 * 64 * 3)
    frame.pts = 0
    attach(ctypes.c_void_p(hash(frame)))  # PyGObject: the hash of a boxed object is its address
    return frame


def check(buffer, where):
    meta = buffer.get_custom_meta("stippredict-prediction")
    assert meta is not None, "no note " + where
    note = meta.get_structure()
    found = {note.nth_field_name(i): None for i in range(note.n_fields())}
    found = {name: note.get_value(name) for name in found}
    assert found == EXPECTED, f"{where}: {found}"


def through(description, attach):
    pipeline = Gst.parse_launch(
        "appsrc name=in format=time caps=video/x-raw,format=BGR,width=64,height=64,framerate=25/1 ! "
        + description
        + " ! appsink name=out sync=false"
    )
    pipeline.set_state(Gst.State.PLAYING)
    source = pipeline.get_by_name("in")
    source.push_buffer(noted_frame(attach))
    source.end_of_stream()
    sample = pipeline.get_by_name("out").try_pull_sample(10 * Gst.SECOND)
    assert sample is not None, "nothing came through " + description
    check(sample.get_buffer(), "behind " + description)
    pipeline.set_state(Gst.State.NULL)


def main():
    Gst.init(None)
    attach = ctypes.CDLL(sys.argv[1]).stip_test_attach_note
    check(noted_frame(attach), "on a fresh buffer")
    through("videoconvert ! video/x-raw,format=I420", attach)
    through("videoconvert ! x264enc tune=zerolatency", attach)


main()
