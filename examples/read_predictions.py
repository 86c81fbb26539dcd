#!/usr/bin/python3
"""Reads what stippredict says about its predictions: a line for each picture that comes out of a pad, and
the element's statistics at the end.

    examples/read_predictions.py VIDEO [MODEL] [HORIZON...]

MODEL is a file, a name or a built-in (default: small), the horizons are frames ahead (default: 1 5).
The output are tab-separated columns with a heading, then the statistics, one `name value` a line.
"""
import sys

import gi

gi.require_version("Gst", "1.0")
from gi.repository import Gst  # noqa: E402

NOTE = "stippredict-prediction"  # the meta that the element writes on what it gives out
COLUMNS = ("pad", "pts", "source-pts", "horizon", "age", "inference-time", "last-error")


def fields(structure):
    names = (structure.nth_field_name(i) for i in range(structure.n_fields()))
    return {name: structure.get_value(name) for name in names}


def build(video, model, horizons):
    pipeline = Gst.Pipeline()
    made = []
    for factory in ("filesrc", "decodebin", "videoconvert", "stippredict"):
        element = Gst.ElementFactory.make(factory)
        if element is None:
            sys.exit(f"read_predictions: GStreamer has no element '{factory}'; set GST_PLUGIN_PATH")
        pipeline.add(element)
        made.append(element)
    source, decode, convert, predict = made
    source.props.location = video
    predict.props.model = model
    # Predictions are judged (last-error, the quality figures) only while somebody asks for it.
    predict.props.stats_interval = Gst.SECOND
    source.link(decode)
    convert.link(predict)
    decode.connect("pad-added", lambda _, pad: pad.link(convert.get_static_pad("sink")))
    sinks = {}
    for horizon in horizons:
        # The picture a pad gives out is the one of this many frames later.
        pad = predict.request_pad_simple(f"pred_{horizon}")
        if pad is None:
            sys.exit(f"read_predictions: '{horizon}' is no horizon; give different ones from 1 to 64")
        sink = Gst.ElementFactory.make("appsink")
        sink.props.sync = False
        pipeline.add(sink)
        pad.link(sink.get_static_pad("sink"))
        sinks[pad.get_name()] = sink
    return pipeline, predict, sinks


def seconds(nanoseconds):
    return f"{nanoseconds / Gst.SECOND:.3f}"


def print_prediction(pad, picture):
    meta = picture.get_custom_meta(NOTE)
    if meta is None:
        sys.exit(f"read_predictions: a picture from {pad} has no note '{NOTE}'")
    note = fields(meta.get_structure())
    error = note.get("last-error")  # of the prediction made for the newest frame, once there is one
    row = [pad, seconds(picture.pts), seconds(note["source-pts"]), note["horizon"]]
    row += [seconds(note["age"]), seconds(note["inference-time"])]
    row += ["" if error is None else f"{error:.1f}"]
    print(*row, sep="\t")


def failure(bus):
    message = bus.pop_filtered(Gst.MessageType.ERROR)
    if message is not None:
        error, _ = message.parse_error()
        sys.exit(f"read_predictions: {error.message}")


def main():
    if len(sys.argv) < 2 or sys.argv[1] in ("-h", "--help"):
        print(__doc__.strip())
        sys.exit(0 if len(sys.argv) > 1 else 1)
    Gst.init(None)
    model = sys.argv[2] if len(sys.argv) > 2 else "small"
    pipeline, predict, sinks = build(sys.argv[1], model, sys.argv[3:] or ("1", "5"))
    pipeline.set_state(Gst.State.PLAYING)
    print(*COLUMNS, sep="\t")
    open_sinks = dict(sinks)
    while open_sinks:
        failure(pipeline.get_bus())
        # In turn, so that no pad holds the others up: the element keeps a few pictures for each.
        for pad, sink in list(open_sinks.items()):
            sample = sink.emit("try-pull-sample", Gst.SECOND // 10)
            if sample is not None:
                print_prediction(pad, sample.get_buffer())
            elif sink.props.eos:
                del open_sinks[pad]
    statistics = fields(predict.props.stats)
    pipeline.set_state(Gst.State.NULL)
    print()
    for name in sorted(statistics):
        print(name, statistics[name])


main()
