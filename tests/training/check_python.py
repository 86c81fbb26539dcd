"""Compares training/python/stip_model.py with `stip-train predict --raw`, and the weights of
`stip-train export` with the model file's. Exit code 77 where torch is absent.

    check_python.py MODEL.safetensors FRAMES.safetensors RAW.safetensors EXPORT.ckpt
"""
import json
import pathlib
import struct
import sys

try:
    import torch
except ImportError:
    print("the Python package torch is not installed")
    sys.exit(77)

sys.path.append(str(pathlib.Path(__file__).parents[2] / "training/python"))
import stip_model  # noqa: E402


def tensor(path, name):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = bytearray(file.read())
    entry = header[name]
    begin, end = entry["data_offsets"]
    kind = {"F32": torch.float32, "U8": torch.uint8}[entry["dtype"]]
    return torch.frombuffer(data[begin:end], dtype=kind).reshape(entry["shape"])


model, frames, raw, export = sys.argv[1:]
torch.set_num_threads(1)
config, weights = stip_model.load(model)

stored = torch.load(export, weights_only=True)["net_param"]
assert type(stored).__name__ == "OrderedDict", type(stored)
unused = {name for name in stored if name.startswith("merge.") or ".conv_last." in name}
assert set(stored) == set(weights) | unused, set(stored) ^ set(weights)
assert all(torch.equal(stored[name], weights[name]) for name in weights)
assert len(unused) == 2 * (config["layers"] + 1)

expected = tensor(raw, "predictions")
context = tensor(frames, "frames_u8")[: config["context"]].flip(-1) / 255.0
found = stip_model.predict(config, weights, context, len(expected))
largest = (found - expected).abs().max().item()
print(f"largest difference {largest:.2g}, scale {expected.abs().max().item():.2g}")
assert largest < 2e-5
