#!/usr/bin/env python3
"""Measures shipped models on held-out frames and prints the table of pipelines/models/README.md.

    pipelines/models/make_table.py CLIPS [--program build/training/stip-train] [MODEL...]

CLIPS is the folder with the clips that README.md names. Each is evaluated by `stip-train eval` against copy-last,
flow and blend (optical flow of preset medium), five frames ahead, from every third frame on. A model is a file or a name; default: small,
small-sharp and residual. Takes some minutes a model on two cores.
"""
import argparse
import json
import os
import subprocess
import tempfile

# What training has not seen: (clip, what eval is told, what the table says).
HELD_OUT = [
    ("vtest.avi", ["--first", "-100"], "vtest, last 100"),
    ("one-by-one-person-detection.mp4", ["--first", "-150"], "one-by-one, last 150"),
    ("bigbuckbunny.mp4", [], "bigbuckbunny"),
    ("tree.avi", [], "tree"),
    ("please.mkv", [], "please"),
    ("book.mkv", [], "book"),
]
HORIZONS = (1, 3, 5)
STRIDE = 3  # of starts


def evaluate(program, model, clip, options):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "scores.json")
        subprocess.run([program, "eval", model, clip, "--stride", str(STRIDE), *options, "--json", path], check=True,
                       stdout=subprocess.DEVNULL)
        with open(path, encoding="utf-8") as file:
            return json.load(file)


def cell(scores, figure):
    values = [scores["mean"][k - 1] for k in HORIZONS]
    return " / ".join(figure(value) for value in values)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips")
    parser.add_argument("models", nargs="*", default=["small", "small-sharp", "residual"])
    parser.add_argument("--program", default="build/training/stip-train")
    options = parser.parse_args()
    os.environ.setdefault("STIP_MODEL_PATH", os.path.dirname(os.path.abspath(__file__)))
    for model in options.models:
        print(f"\n`{model}`: PSNR in dB at horizons 1 / 3 / 5; in brackets against `blend`\n")
        print("| frames never trained on | starts | model | copy-last | flow | blend | sharpness at 1 |")
        print("|---|---|---|---|---|---|---|")
        gains, sharpness = [], []
        for clip, extra, text in HELD_OUT:
            scores = evaluate(options.program, model, os.path.join(options.clips, clip), extra)
            gain = [scores["mean"][k]["model"]["psnr"] - scores["mean"][k]["blend"]["psnr"] for k in range(5)]
            gains.append(gain)
            model_cell = " / ".join(
                f"{scores['mean'][k - 1]['model']['psnr']:.2f} ({gain[k - 1]:+.2f})" for k in HORIZONS)
            others = " | ".join(cell(scores, lambda v, c=column: f"{v[c]['psnr']:.2f}")
                                for column in ("copy_last", "flow", "blend"))
            first = scores["mean"][0]
            sharpness.append([first[column]["sharpness"] for column in ("model", "blend")])
            sharp = "{:.2f} ({:.2f})".format(*sharpness[-1])
            print(f"| {text} | {scores['clips'][0]['starts']} | {model_cell} | {others} | {sharp} |", flush=True)
        mean = [sum(g[k] for g in gains) / len(gains) for k in range(5)]
        sharp = "{:.2f} ({:.2f})".format(*(sum(column) / len(sharpness) for column in zip(*sharpness)))
        print("| mean over clips | | " + " / ".join(f"({mean[k - 1]:+.2f})" for k in HORIZONS) + f" | | | | {sharp} |")


if __name__ == "__main__":
    main()
