#!/usr/bin/env python3
"""Golden values of the quality figures, by scikit-image and pytorch_msssim.

usage: make_golden.py     (pip install numpy scikit-image torch pytorch_msssim)
Prints what tests/libstip/metrics_test.cpp holds.
"""
import numpy as np
import torch
from pytorch_msssim import ms_ssim
from skimage.metrics import structural_similarity


def pictures(width, height):
    """Two pictures that C++ makes the same way: waves, and the waves distorted."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    a = (x * 7 + y * 3 + c * 50 + (x * y) % 31) % 256
    b = np.clip(a + (x * 5 + y * 11 + c) % 23 - 11 + (x > width // 2) * 20, 0, 255)
    return a.astype(np.uint8), b.astype(np.uint8)


def strict(a, b):
    return structural_similarity(a / 255.0, b / 255.0, data_range=1, gaussian_weights=True, sigma=1.5,
                                 use_sample_covariance=False, channel_axis=2)


def paper(a, b):
    return structural_similarity(a / 255.0, b / 255.0, data_range=2, win_size=7, channel_axis=2)


def multi_scale(a, b):
    to_tensor = lambda p: torch.from_numpy(p.astype(np.float64) / 255).permute(2, 0, 1)[None]
    return ms_ssim(to_tensor(a), to_tensor(b), data_range=1).item()


if __name__ == "__main__":
    for size in ((40, 29), (11, 11), (192, 176)):
        a, b = pictures(*size)
        print(size, "strict %.7f" % strict(a, b), "paper %.7f" % paper(a, b))
    print("ms-ssim (192, 176) %.7f" % multi_scale(*pictures(192, 176)))
