#!/usr/bin/env python3
"""Times the released STIP network (plain PyTorch and torch.compile) against `stip-train bench`.

Give a checkout of the release (github.com/ZhengChang467/STIPHR) with --release; nothing of it is here.
Both sides get the same random weights; each runs in a process of its own, and they take turns, round
by round, so that a machine that is shared with others is equally slow for all of them.

    python3 tests/bench/compare.py --release STIPHR --size ucfsport --rounds 5
    python3 tests/bench/compare.py --release STIPHR --size small --train
    python3 tests/bench/compare.py --release STIPHR --train --device cuda:0 --precision bf16

Steps are compared on the CPU only; on a GPU gpu-step-bench and gpu_torch_step.py time them (device_check.sh runs both).
"""
import argparse
import json
import os
import statistics
import struct
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# Shapes of the presets in training/configs. `small` is pipelines/models/residual-2.yaml as far as the
# release can follow: it knows neither norm: channel nor output: residual.
SIZES = {
    'ucfsport': dict(height=512, width=512, patch=2, levels=4, layers=16, hidden=64, recall=0.1),
    'human36m': dict(height=1024, width=1024, patch=4, levels=4, layers=16, hidden=64, recall=0.1),
    'sjtu4k': dict(height=2176, width=3840, patch=8, levels=4, layers=16, hidden=64, recall=0.1),
    'small': dict(height=352, width=640, patch=2, levels=3, layers=4, hidden=32, recall=1.0),
}
# What differs in training. `counted`: the first prediction that counts.
RULES = {
    'ucfsport': dict(total=10, batch=1, judged=True, counted=0, clip=0, relative=False),
    'human36m': dict(total=8, batch=1, judged=True, counted=0, clip=0, relative=False),
    'sjtu4k': dict(total=8, batch=1, judged=True, counted=0, clip=0, relative=False),
    'small': dict(total=9, batch=3, judged=False, counted=3, clip=1.0, relative=True,
                  height=96, width=96),
}
STEPS = {'ucfsport': 20, 'human36m': 12, 'sjtu4k': 4, 'small': 60}  # of one round
CONTEXT, HORIZON = 4, 5


def shape_of(size, train):
    shape = dict(SIZES[size])
    if train:
        shape.update({k: v for k, v in RULES[size].items() if k in ('height', 'width')})
    return shape


def peak_memory(device):
    if device.startswith('cuda'):
        import torch
        return torch.cuda.max_memory_allocated(device)
    with open('/proc/self/status') as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith('VmHWM:'))


# ---- the release's side, in a process of its own -------------------------------------------------

def release_network(options, shape, total):
    import types
    import torch
    sys.path.insert(0, options.release)
    from core.models.STIP import RNN
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    config = types.SimpleNamespace(
        patch_size=shape['patch'], img_channel=3, tau=5, time=2, time_stride=1,
        sr_size=2 ** shape['levels'], img_width=shape['width'], img_height=shape['height'],
        filter_size=(5, 5), stride=1, input_length=CONTEXT, total_length=total,
        device=options.device, alpha=shape['recall'])
    network = RNN(shape['layers'], [shape['hidden']] * shape['layers'], config).to(options.device)
    with torch.no_grad():  # PyTorch begins norms at 1 and 0, where mistakes would not show
        for name, weight in network.named_parameters():
            if name.startswith('cell_list') and '.1.' in name:
                weight.add_(0.2 * torch.randn_like(weight))
    return network, config


def patched(frames, patch):
    """[T, H, W, 3] -> [1, T, p*p*3, H/p, W/p]"""
    t, height, width, _ = frames.shape
    blocks = frames.reshape(t, height // patch, patch, width // patch, patch, 3)
    return blocks.permute(0, 2, 4, 5, 1, 3).reshape(1, t, -1, height // patch, width // patch)


def read_tensor(path, name):
    import torch
    with open(path, 'rb') as file:
        header = json.loads(file.read(struct.unpack('<Q', file.read(8))[0]))
        start = file.tell()
        entry = header[name]
        file.seek(start + entry['data_offsets'][0])
        data = bytearray(file.read(entry['data_offsets'][1] - entry['data_offsets'][0]))
    kind = {'F32': torch.float32, 'U8': torch.uint8}[entry['dtype']]
    return torch.frombuffer(data, dtype=kind).reshape(entry['shape'])


def save_weights(options):
    import torch
    network, _ = release_network(options, shape_of(options.size, False), 2)
    torch.save({'net_param': network.state_dict()}, options.file)
    return {}


def compare_outputs(options):
    """The largest difference of a rollout: ours (bench --raw) against the release's."""
    import torch
    shape = shape_of(options.size, False)
    network, config = release_network(options, shape, CONTEXT + HORIZON)
    given = read_tensor(options.file, 'given').flip(-1).to(torch.float32) / 255
    ours = patched(read_tensor(options.file, 'predictions').flip(-1), shape['patch'])
    frames = patched(torch.cat([given, torch.zeros(HORIZON, *given.shape[1:])]), shape['patch'])
    mask = torch.zeros(1, HORIZON, *frames.shape[3:], frames.shape[2])
    with torch.no_grad():
        theirs = network(frames, mask)[0][:, CONTEXT - 1:]
    return {'largest_difference': (ours - theirs).abs().max().item(),
            'largest_output': theirs.abs().max().item()}


def prepare_step(options):
    """A function that runs one step: one frame in, from zero memory, one prediction out."""
    import torch
    shape = shape_of(options.size, False)
    network, _ = release_network(options, shape, 2)
    network.eval()
    patch = shape['patch']
    frames = torch.rand(1, 2, 3 * patch * patch, shape['height'] // patch, shape['width'] // patch)
    mask = torch.zeros(1, 1, *frames.shape[3:], frames.shape[2])
    facts = {}
    torch.set_grad_enabled(False)
    step = network
    if options.worker == 'compile':
        import torch._inductor.config
        torch._inductor.config.freezing = True
        plain = network(frames, mask)[0]
        begin = time.perf_counter()
        step = torch.compile(network)
        result = step(frames, mask)[0]
        facts = {'compile_seconds': time.perf_counter() - begin,
                 'largest_difference': (result - plain).abs().max().item()}
    step(frames, mask)
    return lambda: step(frames, mask), facts


def prepare_training(options):
    """One iteration of the rule, plainly: see libstip/train/train_step.cpp for ours."""
    import importlib
    import torch
    from torch.nn import functional as F
    shape, rule = shape_of(options.size, True), RULES[options.size]
    network, _ = release_network(options, shape, rule['total'])
    patch, batch, total = shape['patch'], rule['batch'], rule['total']
    fc, height, width = 3 * patch * patch, shape['height'] // patch, shape['width'] // patch
    device = torch.device(options.device)
    torch.backends.cudnn.benchmark = True
    frames = torch.rand(1, total, fc, height, width, device=device).repeat(batch, 1, 1, 1, 1)
    mask = torch.zeros(batch, total - 1 - CONTEXT, height, width, fc, device=device)
    adam = torch.optim.Adam(network.parameters(), lr=5e-3)
    if rule['judged']:
        name = 'Discriminator_4k' if options.size == 'sjtu4k' else 'Discriminator'
        judge = importlib.import_module('core.models.' + name).Discriminator(height, width, fc, 64)
        judge = judge.to(device)
        judge_adam = torch.optim.Adam(judge.parameters(), lr=5e-4)
    zeros, ones = torch.zeros(batch, device=device), torch.ones(batch, device=device)

    def narrow():
        return torch.autocast(device.type, torch.bfloat16, options.precision == 'bf16')

    def judged(pictures):
        with narrow():
            probability, features = judge(pictures)
        return probability.float(), features.float()

    def frame_loss(predictions, truth, first):
        if not rule['relative']:
            return F.mse_loss(predictions, truth)
        error = (predictions - truth).square().flatten(2).mean(2)
        copying = (frames[:, first:-1] - truth).square().flatten(2).mean(2).mean(1, True)
        return torch.log1p(error / (copying + 2e-4)).mean()

    def iteration():
        first = rule['counted']
        with narrow():
            predictions = network(frames, mask)[0]
        predictions = predictions[:, first:].float()
        truth = frames[:, first + 1:]
        loss = frame_loss(predictions, truth, first)
        if rule['judged']:
            judge_adam.zero_grad()
            (F.binary_cross_entropy(judged(predictions.detach())[0], zeros) +
             F.binary_cross_entropy(judged(truth)[0], ones)).backward()
            judge_adam.step()
            judge.requires_grad_(False)
            probability, features = judged(predictions)
            with torch.no_grad():
                true_features = judged(truth)[1]
            judge.requires_grad_(True)
            loss = (loss + 0.01 * F.mse_loss(features, true_features) +
                    0.001 * F.binary_cross_entropy(probability, ones))
        adam.zero_grad()
        loss.backward()
        if rule['clip']:
            torch.nn.utils.clip_grad_norm_(network.parameters(), rule['clip'])
        adam.step()
        if device.type == 'cuda':
            torch.cuda.synchronize(device)

    iteration()
    return iteration, {}


def run_worker(options):
    if options.worker == 'weights':
        print(json.dumps(save_weights(options)), flush=True)
        return
    if options.worker == 'outputs':
        print(json.dumps(compare_outputs(options)), flush=True)
        return
    work, facts = prepare_training(options) if options.train else prepare_step(options)
    print(json.dumps(facts), flush=True)
    for line in sys.stdin:
        seconds = []
        for _ in range(int(line)):
            begin = time.perf_counter()
            work()
            seconds.append(time.perf_counter() - begin)
        print(json.dumps({'seconds': seconds, 'memory': peak_memory(options.device)}), flush=True)


# ---- the side that asks ---------------------------------------------------------------------------

class Worker:
    def __init__(self, options, kind, file=''):
        command = [sys.executable, os.path.abspath(__file__), '--release', options.release, '--size',
                   options.size, '--threads', str(options.threads), '--worker', kind, '--file', file,
                   '--device', options.device, '--precision', options.precision]
        self.process = subprocess.Popen(command + (['--train'] if options.train else []), text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.facts = self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit('compare.py: the release\'s side ended early; what it said is above')
        return json.loads(line)

    def time(self, count):
        self.process.stdin.write(f'{count}\n')
        self.process.stdin.flush()
        return self.answer()

    def end(self):
        self.process.stdin.close()
        self.process.wait()
        return self.facts


def bench(options, model, *more):
    command = [options.stip_train, 'bench', model, '--threads', str(options.threads), '--json', *more]
    begin = time.perf_counter()
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout), time.perf_counter() - begin


def write_config(path, options):
    shape, rule = shape_of(options.size, options.train), RULES[options.size]
    weights = (0.01, 0.001) if rule['judged'] else (0, 0)
    with open(path, 'w') as file:
        file.write('model: ' + json.dumps(dict(shape, context=CONTEXT)) + '\n')
        file.write('data: ' + json.dumps({'total': rule['total']}) + '\n')
        file.write('loss: ' + json.dumps({
            'perceptual': weights[0], 'adversarial': weights[1],
            'frame': 'relative' if rule['relative'] else 'squared',
            'counted': 'future' if rule['counted'] else 'all'}) + '\n')
        file.write('optimizer: ' + json.dumps({'clip': rule['clip']}) + '\n')
        file.write('sampling: {stop: 0}\n')  # predictions are fed back, as on the other side
        file.write('train: ' + json.dumps({'batch': rule['batch']}) + '\n')


def spread(values):
    return f'{statistics.median(values):.2f} (rounds: {min(values):.2f} to {max(values):.2f})'


def compare(options, folder):
    config, model = folder + '/c.yaml', folder + '/m.safetensors'
    write_config(config, options)
    if options.train:
        def ours():
            figures, _ = bench(options, config, '--train', str(options.steps), '--device',
                               options.device, '--set', 'train.precision=' + options.precision)
            on_device = figures['peak_device_memory_bytes']
            return figures['iteration_seconds_p50'], on_device or figures['peak_memory_bytes']
    else:
        Worker(options, 'weights', folder + '/g.ckpt').end()
        subprocess.run([options.stip_train, 'import', '--generator', folder + '/g.ckpt', '--config',
                        config, '-o', model], check=True)
        raw = folder + '/raw.safetensors'
        figures, _ = bench(options, model, '--steps', '1', '--horizon', str(HORIZON), '--context',
                           str(CONTEXT), '--state', 'window', '--raw', raw)
        facts = Worker(options, 'outputs', raw).end()
        print(f'outputs of {HORIZON} frames: largest difference {facts["largest_difference"]:.2g}, '
              f'largest value {facts["largest_output"]:.2g}', flush=True)

        def ours():
            figures, _ = bench(options, model, '--steps', str(options.steps))
            shares.append(figures['share_of_peak'])
            peaks.append(figures['peak_gflops'])
            return figures['step_ms_p50'] / 1e3, figures['peak_memory_bytes']
    shares, peaks = [], []
    kinds = ['eager'] if options.train else options.kinds.split(',')
    workers = {kind: Worker(options, kind) for kind in kinds}
    for kind, worker in workers.items():
        if worker.facts:
            print(kind, worker.facts, flush=True)
    times = {kind: [] for kind in ['ours', *workers]}
    memory = dict.fromkeys(times, 0)
    for number in range(options.rounds):
        for kind in times:
            if kind == 'ours':
                seconds, used = ours()
            else:
                answer = workers[kind].time(options.steps)
                seconds, used = statistics.median(answer['seconds']), answer['memory']
            times[kind].append(seconds)
            memory[kind] = max(memory[kind], used)
        print(f'round {number + 1}: ' + ', '.join(f'{k} {1e3 * v[-1]:.1f} ms'
                                                  for k, v in times.items()), flush=True)
    what = 'an iteration' if options.train else 'a step'
    for kind in times:
        print(f'{kind:8} {1e3 * statistics.median(times[kind]):9.1f} ms {what}, '
              f'{memory[kind] / 1e6:6.0f} MB at most')
    for kind in workers:
        worker_ratios = [a / b for a, b in zip(times[kind], times['ours'])]
        print(f'{kind} / ours: {spread(worker_ratios)} x the time, '
              f'{memory[kind] / memory["ours"]:.2f} x the memory')
    for worker in workers.values():
        worker.end()
    if peaks:
        print(f'matrix peak {statistics.median(peaks):.0f} GFLOP/s, ours at '
              f'{100 * statistics.median(shares):.0f} % of it (multiply-adds of the readable network)')
    if options.wall:
        few, many = (bench(options, model, '--steps', str(n))[1] for n in (20, 20 + options.wall))
        print(f'from outside: {1e3 * (many - few) / options.wall:.1f} ms a step')


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--release', required=True, help='folder of the released code')
    parser.add_argument('--size', choices=SIZES, default='ucfsport')
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--steps', type=int, default=0, help='of each side in a round')
    parser.add_argument('--threads', type=int, default=os.cpu_count())
    parser.add_argument('--kinds', default='eager,compile', help='eager, compile, or both')
    parser.add_argument('--train', action='store_true', help='a training iteration instead of a step')
    parser.add_argument('--device', default='cpu', help='cpu; with --train also cuda:N')
    parser.add_argument('--precision', choices=('fp32', 'bf16'), default='fp32',
                        help='of --train, both sides')
    parser.add_argument('--wall', type=int, default=0,
                        help='at the end, check so many steps by wall time from outside')
    parser.add_argument('--stip-train', default=ROOT + '/build/training/stip-train')
    parser.add_argument('--worker', help=argparse.SUPPRESS)
    parser.add_argument('--file', default='', help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.release = os.path.abspath(options.release)
    if not os.path.isdir(options.release + '/core/models'):
        sys.exit(f'compare.py: {options.release} has no core/models; give a checkout of the release')
    if not options.train and (options.device != 'cpu' or options.precision != 'fp32'):
        sys.exit('compare.py: --device and --precision are of --train; for steps on a GPU there are gpu-step-bench and '
                 'gpu_torch_step.py')
    if options.worker:
        run_worker(options)
        return
    if options.steps == 0:
        options.steps = STEPS[options.size]
        if options.train:
            options.steps = 8 if options.size == 'small' else 2
    with tempfile.TemporaryDirectory() as folder:
        compare(options, folder)


if __name__ == '__main__':
    main()
