#!/usr/bin/env python3
"""What a step of the paper's network takes in PyTorch on a GPU, to set beside gpu-step-bench.

    python3 tests/bench/gpu_torch_step.py [--device cuda:0] [--seconds 80] [--modes eager,reduce-overhead,max-autotune]

The network is training/python/stip_model.py, equal in numbers to the release, with random weights: patched
floats in and out, the memory T kept, no pictures. Presets and modes that no longer fit into the time are left
out, and said to be.
"""
import argparse
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../training/python'))

import torch

from stip_model import DEFAULTS, Network

PRESETS = {
    'ucfsport': dict(height=512, width=512, patch=2),
    'sjtu4k': dict(height=2176, width=3840, patch=8),
}
TYPES = {'bf16': torch.bfloat16, 'fp16': torch.float16, 'fp32': torch.float32}


def random_weights(c, device, dtype):
    h, fc, levels = c['hidden'], 3 * c['patch'] ** 2, c['levels']
    core = [c['height'] // (c['patch'] << levels), c['width'] // (c['patch'] << levels)]
    shapes = {'merge_t': [h, 2 * h, 1, 1], 'conv_last_sr': [fc, 2 * fc, 1, 1]}
    for b in 'st':
        shapes[f'{b}_encoder3d.encoder3d_{b}_conv-1'] = [h, fc, c['clip'], 1, 1]
        for i in range(levels):
            shapes[f'{b}_encoders.{i}.encoder_{b}{i}'] = [h, h, 3, 3]
            shapes[f'{b}_decoders.{i}.{b}_decoder{i}'] = [h, h, 3, 3]
        shapes[f'{b}_srcnn.0'] = [fc, h, 1, 1]
        for layer in range(c['layers']):
            shapes[f'cell_list.{layer}.conv_{b}.0'] = [4 * h, h, c['kernel'], c['kernel']]
    weights = {}
    for name, shape in shapes.items():
        reach = (torch.tensor(shape[1:]).prod().item()) ** -0.5
        weights[name + '.weight'] = (torch.rand(shape, device=device) * 2 - 1).mul(reach).to(dtype)
        weights[name + '.bias'] = torch.zeros(shape[0], device=device, dtype=dtype)
    for layer in range(c['layers']):
        for b in 'st':
            name = f'cell_list.{layer}.conv_{b}.1'
            weights[name + '.weight'] = torch.ones([4 * h] + core, device=device, dtype=dtype)
            weights[name + '.bias'] = torch.zeros([4 * h] + core, device=device, dtype=dtype)
    return weights


def wait(device):
    if device.type == 'cuda':
        torch.cuda.synchronize(device)


@torch.no_grad()
def milliseconds(c, mode, device, dtype, steps):
    weights = random_weights(c, device, dtype)

    def step(frame, older, *temporal):
        network = Network(c, weights)
        network.inputs, network.temporal = [older], list(temporal)
        return (network.step(frame), *network.temporal)

    run = step if mode == 'eager' else torch.compile(step, mode=mode)
    multiple = c['patch'] << c['levels']
    core = (c['height'] // multiple, c['width'] // multiple)
    frames = [torch.rand(1, 3 * c['patch'] ** 2, c['height'] // c['patch'], c['width'] // c['patch'],
                         device=device).to(dtype) for _ in range(2)]
    temporal = [torch.zeros(1, c['hidden'], *core, device=device, dtype=dtype) for _ in range(c['layers'])]

    def go_on(count, temporal):
        for i in range(count):
            # Cloned: a compiled step's results lie where the next one's will.
            _, *temporal = run(frames[i % 2], frames[(i + 1) % 2], *temporal)
            if mode != 'eager':
                temporal = [t.clone() for t in temporal]
        wait(device)
        return temporal

    temporal = go_on(5, temporal)
    start = time.perf_counter()
    go_on(steps, temporal)
    return 1000 * (time.perf_counter() - start) / steps


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--device', default='cuda:0')
    parser.add_argument('--seconds', type=float, default=80)
    parser.add_argument('--steps', type=int, default=50)
    parser.add_argument('--modes', default='eager,reduce-overhead,max-autotune')
    parser.add_argument('--presets', default='ucfsport,sjtu4k')
    options = parser.parse_args()
    device = torch.device(options.device)
    if device.type == 'cuda' and not torch.cuda.is_available():
        print('gpu_torch_step: PyTorch finds no usable CUDA device')
        return 77
    torch.backends.cudnn.benchmark = True
    begun = time.monotonic()
    # What is quick first.
    for mode in options.modes.split(','):
        for preset in options.presets.split(','):
            # fp16 is what our engine takes by itself.
            for name in ('fp16', 'bf16', 'fp32') if mode == 'eager' else ('fp16',):
                left = options.seconds - (time.monotonic() - begun)
                if left < (5 if mode == 'eager' else 25):
                    print(f'{preset:9} {name:5} {mode:16} left out: {left:.0f} s are left')
                    continue
                # Single precision means what it says, as in our engine.
                torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False
                config = dict(DEFAULTS, **PRESETS[preset])
                taken = milliseconds(config, mode, device, TYPES[name], options.steps)
                print(f'{preset:9} {name:5} {mode:16} {taken:8.3f} ms a step', flush=True)
    return 0


if __name__ == '__main__':
    sys.exit(main())
