#!/usr/bin/env python3
"""Flow and blend, written to be read: the definition that libstip/motion is tested against.

usage: make_golden.py vtest.avi golden.safetensors     (pip install numpy opencv-python-headless)
       make_golden.py --psnr VIDEO [HORIZON [STARTS]]  the yardsticks' PSNR on a video, context 4

Arrays of pixels are [height, width, channels], float32, 0..255, BGR.
"""
import json
import struct
import sys

import cv2
import numpy as np

CELL = 4
FAST, MEDIUM = 1, 2


def optical_flow(newer, older, preset):
    """F with older(p + F(p)) = newer(p)."""
    grey = [cv2.cvtColor(f.astype(np.uint8), cv2.COLOR_BGR2GRAY) for f in (newer, older)]
    return cv2.DISOpticalFlow_create(preset).calc(grey[0], grey[1], None)


def sample(picture, x, y):
    """Bilinear, the border replicated."""
    h, w = picture.shape[:2]
    x, y = np.clip(x, 0, w - 1), np.clip(y, 0, h - 1)
    x0, y0 = x.astype(int), y.astype(int)
    x1, y1 = np.minimum(x0 + 1, w - 1), np.minimum(y0 + 1, h - 1)
    fx, fy = (x - x0)[..., None], (y - y0)[..., None]
    upper = picture[y0, x0] * (1 - fx) + picture[y0, x1] * fx
    lower = picture[y1, x0] * (1 - fx) + picture[y1, x1] * fx
    return (upper * (1 - fy) + lower * fy).astype(np.float32)


def warp(picture, flow):
    h, w = picture.shape[:2]
    return sample(picture, np.arange(w)[None] + flow[..., 0], np.arange(h)[:, None] + flow[..., 1])


def blur(picture, sigma):
    radius = int(np.ceil(3 * sigma))
    taps = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2)
    taps = (taps / taps.sum()).astype(np.float32)
    return cv2.sepFilter2D(picture, -1, taps, taps, borderType=cv2.BORDER_REPLICATE)


def candidates(newest, before, flow, k):
    """The flow picture of horizon k, and the four differences to copying."""
    carried = newest
    for _ in range(k):
        carried = warp(carried, flow)
    sigma = 1 + 0.35 * k
    pictures = [carried, blur(carried, sigma), blur(newest, sigma), warp(before, flow)]
    return carried, [p - newest for p in pictures]


def evidence(frames, flows, k):
    """Products of differences, [height, width, 14], faded over the frames seen."""
    total = 0
    for j in range(2, len(frames)):
        steps = min(k, j - 1)
        base = j - steps
        _, d = candidates(frames[base], frames[base - 1], flows[base], steps)
        truth = frames[j] - frames[base]
        planes = [(d[i] * d[l]).sum(2) for i in range(4) for l in range(i, 4)]
        planes += [(d[i] * truth).sum(2) for i in range(4)]
        total = total + 0.7 ** (len(frames) - 1 - j) * np.stack(planes, 2)
    return total


def cell_means(planes):
    h, w, n = planes.shape
    rows, columns = -(-h // CELL), -(-w // CELL)
    padded = np.zeros((rows * CELL, columns * CELL, n), np.float64)
    inside = np.zeros((rows * CELL, columns * CELL, 1))
    padded[:h, :w] = planes
    inside[:h, :w] = 1
    fold = lambda p: p.reshape(rows, CELL, columns, CELL, -1).sum((1, 3))
    return fold(padded) / fold(inside)


def box_mean(planes, side):
    """Mean over the part of a box of side x side cells that is inside."""
    r, (rows, columns, _) = side // 2, planes.shape
    out = np.empty_like(planes)
    for y in range(rows):
        for x in range(columns):
            out[y, x] = planes[max(y - r, 0):y + r + 1, max(x - r, 0):x + r + 1].mean((0, 1))
    return out


def weights(planes):
    cells = cell_means(planes)
    # 31 and 187 pixels in cells, odd
    pooled = box_mean(cells, 7) + 0.3 * box_mean(cells, 47) + 0.2 * cells.mean((0, 1))
    a = np.zeros(pooled.shape[:2] + (4, 4))
    a[..., np.triu_indices(4)[0], np.triu_indices(4)[1]] = pooled[..., :10]
    a[..., np.triu_indices(4)[1], np.triu_indices(4)[0]] = pooled[..., :10]
    trace = np.trace(a, axis1=2, axis2=3)
    a += (0.02 * trace + 1e-6)[..., None, None] * np.eye(4)
    w = np.linalg.solve(a, pooled[..., 10:, None])[..., 0].astype(np.float32)
    w = blur(np.clip(w, -0.3, 1.2), 8 / CELL)
    h, width = planes.shape[:2]
    at = lambda n, cells_: np.clip((np.arange(n) + 0.5) / CELL - 0.5, 0, cells_ - 1)
    return sample(w, at(width, w.shape[1])[None] + np.zeros((h, 1)),
                  at(h, w.shape[0])[:, None] + np.zeros((1, width)))


def predict(frames, k, preset):
    """Flow's and blend's picture k frames after the last one."""
    flows = [None] + [optical_flow(b, a, preset) for a, b in zip(frames, frames[1:])]
    carried, d = candidates(frames[-1], frames[-2], flows[-1], k)
    w = weights(evidence(frames, flows, k))
    for _ in range(k):
        w = warp(w, flows[-1])
    return carried, frames[-1] + sum(w[..., i:i + 1] * d[i] for i in range(4))


def to_bytes(picture):
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)


def read_video(path):
    reader, frames = cv2.VideoCapture(path), []
    while True:
        found, frame = reader.read()
        if not found:
            return frames
        frames.append(frame)


def write_safetensors(path, tensors):
    header, data = {}, b""
    names = {np.dtype(np.uint8): "U8", np.dtype(np.float32): "F32"}
    for name, value in sorted(tensors.items(), key=lambda t: -t[1].itemsize):
        blob = np.ascontiguousarray(value).tobytes()
        header[name] = {"dtype": names[value.dtype], "shape": list(value.shape),
                        "data_offsets": [len(data), len(data) + len(blob)]}
        data += blob
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def make_golden(video, path):
    frames = [f[230:302, 330:426] for f in read_video(video)[300:304]]
    floats = [f.astype(np.float32) for f in frames]
    tensors = {"frames": np.stack(frames),
               "flow_medium": optical_flow(floats[-1], floats[-2], MEDIUM)}
    for k in (1, 4):
        flow, blend = predict(floats, k, MEDIUM)
        tensors[f"flow_{k}"], tensors[f"blend_{k}"] = to_bytes(flow), to_bytes(blend)
    write_safetensors(path, tensors)


def psnr(a, b):
    error = ((a.astype(float) - b.astype(float)) ** 2).mean()
    return 10 * np.log10(255 ** 2 / max(error, 0.0625))


def print_psnr(path, horizon=1, starts=10):
    frames = read_video(path)
    scores = []
    for start in np.linspace(0, len(frames) - 4 - horizon, starts).astype(int):
        floats = [f.astype(np.float32) for f in frames[start:start + 4]]
        truth = frames[start + 3 + horizon]
        flow, blend = predict(floats, horizon, FAST)
        scores.append([psnr(to_bytes(p), truth) for p in (floats[-1], flow, blend)])
    print("copy-last %.2f  flow %.2f  blend %.2f" % tuple(np.mean(scores, 0)))


if __name__ == "__main__":
    if sys.argv[1] == "--psnr":
        print_psnr(sys.argv[2], *map(int, sys.argv[3:]))
    else:
        make_golden(sys.argv[1], sys.argv[2])
