#!/usr/bin/env python3
"""Golden values of LPIPS with made-up weights of the right shapes, by the lpips package.

usage: make_lpips_golden.py FOLDER     (pip install lpips)
Prints what tests/libstip/lpips_test.cpp holds; writes FOLDER/state_dict.pth, a small torch.save file.
"""
import sys

import lpips
import numpy as np
import torch

from make_golden import pictures


def made_up(shape, seed, low, high):
    i = np.arange(int(np.prod(shape)), dtype=np.uint64)
    v = (i * np.uint64(2654435761) + np.uint64(seed * 40503 + 12345)) % np.uint64(2 ** 32)
    v = (v * v // np.uint64(65536)) % np.uint64(2 ** 32)  # squared, so that no pattern is left
    return torch.from_numpy((low + (high - low) * (v / 2.0 ** 32)).astype(np.float32).reshape(shape))


def fill(model):
    state = model.state_dict()
    for i, name in enumerate(("slice1.0", "slice2.3", "slice3.6", "slice4.8", "slice5.10")):
        weight = state[f"net.{name}.weight"]
        reach = (3.0 / weight[0].numel()) ** 0.5
        weight.copy_(made_up(weight.shape, 10 * i, -reach, reach))
        state[f"net.{name}.bias"].copy_(made_up(weight.shape[:1], 10 * i + 1, -0.05, 0.05))
        head = state[f"lin{i}.model.1.weight"]
        head.copy_(made_up(head.shape, 10 * i + 2, 0, 1))
        state[f"lins.{i}.model.1.weight"].copy_(head)


for spatial in (False, True):
    model = lpips.LPIPS(net="alex", pretrained=False, pnet_rand=True, spatial=spatial, verbose=False)
    fill(model)
    model.eval()
    a, b = pictures(75, 64)  # BGR
    if not spatial:
        a, b = a[..., ::-1], b[..., ::-1]
    to_tensor = lambda p: torch.from_numpy(p.astype(np.float32) / 127.5 - 1).permute(2, 0, 1)[None]
    with torch.no_grad():
        value = model(to_tensor(a), to_tensor(b)).mean().item()
    print("paper %.6f" % (100 * value) if spatial else "strict %.8f" % value)

small = torch.nn.Linear(3, 2).state_dict()
small["weight"].copy_(torch.arange(6.0).reshape(2, 3))
small["bias"].copy_(torch.tensor([7.0, 8.0]))
torch.save(small, sys.argv[1] + "/state_dict.pth")
