"""Model files of stip-train in PyTorch, whole: reading, network, prediction.

    from stip_model import load, predict
    config, weights = load("small.safetensors")
    frames = ...    # float tensor [T, H, W, 3], RGB, 0..1, T >= config["context"]
    future = predict(config, weights, frames[-config["context"]:], horizon=5)  # [5, H, W, 3]

Needs torch alone. Equal in numbers to `stip-train predict --raw` (window use).
"""
import json
import struct

import torch
import torch.nn.functional as F

DEFAULTS = dict(height=512, width=512, patch=2, levels=4, layers=16, hidden=64, kernel=5, clip=2,
                recall=0.1, norm="layer", output="frame", encoder="spatiotemporal", colour="bgr",
                state="window", context=4)
TYPES = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}


def load(path):
    """The model's configuration and its weights by the release's names."""
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = bytearray(file.read())
    config = dict(DEFAULTS)
    for line in header.pop("__metadata__")["stip.model"].splitlines():
        key, value = (part.strip() for part in line.split(":"))
        config[key] = type(DEFAULTS.get(key, ""))(value)
    weights = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        tensor = torch.frombuffer(data[begin:end], dtype=TYPES[entry["dtype"]])
        weights[name.removeprefix("generator.")] = tensor.reshape(entry["shape"]).float()
    return config, weights


class Network:
    """One stream: step(frame) takes a patched frame [B, fc, H/p, W/p], gives the next one."""

    def __init__(self, config, weights):
        self.c, self.w = config, weights
        self.temporal = self.inputs = None

    def conv(self, name, x, **options):
        return F.conv2d(x, self.w[name + ".weight"], self.w[name + ".bias"], **options)

    def encode(self, branch, clip):  # STED, eq. 1
        name = f"{branch}_encoder3d.encoder3d_{branch}_conv-1"
        x = F.conv3d(clip, self.w[name + ".weight"], self.w[name + ".bias"]).squeeze(2)
        x, features = F.leaky_relu(x, 0.2), []
        for i in range(self.c["levels"]):
            x = self.conv(f"{branch}_encoders.{i}.encoder_{branch}{i}", x, stride=2, padding=1)
            x = F.leaky_relu(x, 0.2)
            features.append(x)
        return features

    def gates(self, layer, branch, memory):
        name = f"cell_list.{layer}.conv_{branch}"
        x = self.conv(name + ".0", memory, padding=self.c["kernel"] // 2)
        weight, bias = self.w[name + ".1.weight"], self.w[name + ".1.bias"]
        if self.c["norm"] == "layer":
            x = F.layer_norm(x, weight.shape, weight, bias)
        else:
            x = F.group_norm(x, 1, weight, bias)
        return x.chunk(4, 1)

    def decode(self, branch, x, features):  # MGIR, eq. 3-4
        for i in range(self.c["levels"]):
            name = f"{branch}_decoders.{i}.{branch}_decoder{i}"
            x = F.conv_transpose2d(x, self.w[name + ".weight"], self.w[name + ".bias"], stride=2,
                                   padding=1, output_padding=1)
            if i < self.c["levels"] - 1:
                x = F.leaky_relu(x, 0.2) + self.c["recall"] * features[-2 - i]
        return self.conv(f"{branch}_srcnn.0", x)

    def step(self, frame):
        older = self.inputs or [torch.zeros_like(frame)] * (self.c["clip"] - 1)
        clip = older + [frame]
        self.inputs = clip[1:]
        of_s = self.encode("s", torch.stack(clip, 2))
        of_t = of_s if self.c["encoder"] == "single" else self.encode("t", torch.stack(clip, 2))
        s = of_s[-1]
        if self.temporal is None:
            self.temporal = [torch.zeros_like(s) for _ in range(self.c["layers"])]
        self.temporal[0] = self.conv("merge_t", torch.cat([self.temporal[0], of_t[-1]], 1))
        for layer, t in enumerate(self.temporal):  # STGRU, eq. 5-7
            z_t, r_t, t_t, s_t = self.gates(layer, "t", t)
            z_s, r_s, t_s, s_s = self.gates(layer, "s", s)
            z, r = torch.sigmoid(z_t + z_s + 1), torch.sigmoid(r_t + r_s)
            self.temporal[layer] = (1 - z) * torch.tanh(t_t + r * t_s) + z * t
            s = (1 - z) * torch.tanh(s_s + r * s_t) + z * s
        # Crossed, as in the released code: the decoder named spatial starts from T.
        both = [self.decode("s", self.temporal[-1], of_s), self.decode("t", s, of_t)]
        result = self.conv("conv_last_sr", torch.cat(both, 1))
        return frame + result if self.c["output"] == "residual" else result


@torch.no_grad()
def predict(config, weights, frames, horizon):
    """Window use: from zero memory over frames [T, H, W, 3]; [horizon, H, W, 3], not clamped."""
    if config["output"] == "motion":
        raise ValueError("output: motion is not read here; use `stip-train predict --raw`")
    height, width = frames.shape[1:3]
    p, multiple = config["patch"], config["patch"] << config["levels"]
    padding = (0, -width % multiple, 0, -height % multiple)
    x = F.pad(frames.permute(0, 3, 1, 2), padding, mode="replicate")
    if config["colour"] == "bgr":
        x = x.flip(1)
    n, _, h, w = x.shape  # patches: channel (dy * p + dx) * 3 + colour
    x = x.reshape(n, 3, h // p, p, w // p, p).permute(0, 3, 5, 1, 2, 4)
    x = x.reshape(n, p * p * 3, h // p, w // p)
    network, future = Network(config, weights), []
    for frame in x:
        following = network.step(frame[None])
    for k in range(horizon):
        future.append(following)
        if k + 1 < horizon:
            following = network.step(following)
    y = torch.cat(future).reshape(horizon, p, p, 3, h // p, w // p).permute(0, 3, 4, 1, 5, 2)
    y = y.reshape(horizon, 3, h, w)[:, :, :height, :width]
    return (y.flip(1) if config["colour"] == "bgr" else y).permute(0, 2, 3, 1).contiguous()
