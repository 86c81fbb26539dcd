#!/usr/bin/env bash
# Checks the GPU's engine on a machine with a device, which need not be able to build it:
#   tests/bench/device_check.sh pack FOLDER [ARCHITECTURE]   here: builds, for one architecture (90), what is needed
#   tests/bench/device_check.sh run FOLDER [STEP...]         there, in 8 to 10 minutes at most: all steps, or those named
# FOLDER/pack is then all that has to travel (25 MB): our libraries and programs, and the libraries of the system
# that are not everywhere (yaml-cpp, fmt, spdlog, libpng). `run` needs the NVIDIA driver; compute-sanitizer, ncu and a
# Python with PyTorch, whose libraries training runs with, are used where they are. Steps, most needed first: device
# kernels streams use model times module memcheck racecheck train presets ncu torch initcheck synccheck. All is over
# after STIP_CHECK_SECONDS (560). In $OUT (or FOLDER/logs) are then all.log, all they said; times.log, the table; and
# summary.txt, kept up from step to step; the terminal has the end of each.
set -uo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
all_steps="device kernels streams use model times module memcheck racecheck train presets ncu torch initcheck synccheck"
kernels='CellPointsTest*:*DevicePictures*:ConvolutionTest*:FrameConvolutionTest*:GatesTest*:PicturesTest*:PictureCopies*'

die() { echo "device_check: $*" >&2; exit 2; }

pack() {
  local folder=$1 architecture=${2:-90} build
  mkdir -p "$folder" || die "cannot make $folder"
  folder=$(cd "$folder" && pwd)
  build=$folder/build
  local there=() torch=disabled targets=(stip stip-cuda libstip-test libstip-cuda-test gpu-step-bench)
  if [ -e "$root/subprojects/libtorch/torch" ]; then
    torch=enabled
    targets+=(stip-torch stip-train libstip-torch-test)
  fi
  [ ! -e "$build/build.ninja" ] || there=(--reconfigure)
  # Without videos: GStreamer and what it needs would have to travel with stip-train.
  meson setup "${there[@]}" "$build" "$root" -Dgpu=enabled -Dgpu_architectures="$architecture" -Dtorch=$torch \
    -Dtrainer=$torch -Dflow=disabled -Dplugin=disabled -Dvideos=disabled -Dexamples=disabled || die "meson setup failed"
  meson compile -C "$build" "${targets[@]}" || die "the build failed"
  mkdir -p "$folder/pack"
  cp "$build/libstip/libstip.so.0" "$build/libstip/libstip-cuda.so.0" \
    "$build/tests/libstip/libstip-test" "$build/tests/libstip/libstip-cuda-test" \
    "$build/tests/libstip/gpu-step-bench" "$folder/pack" || die "something was not built"
  cp "$root/tests/bench/gpu_torch_step.py" "$root/training/python/stip_model.py" "$root/tests/bench/device_check.sh" \
    "$folder/pack"
  if [ $torch = enabled ]; then
    cp "$build/libstip/libstip-torch.so.0" "$build/training/stip-train" "$build/tests/libstip/libstip-torch-test" \
      "$root/training/configs/ucfsport.yaml" "$folder/pack" || die "something was not built"
  else
    echo "device_check: training is not packed: there is no LibTorch here"
  fi
  find "$folder/pack" -type f -perm -u+x -exec ldd {} + 2> /dev/null |
    awk '/(yaml-cpp|fmt|spdlog|png16)\.so/ { print $3 }' | sort -u | xargs -I{} cp {} "$folder/pack"
  # What is tested there must be known to be what is here.
  { git -C "$root" rev-parse HEAD
    git -C "$root" status --short --untracked-files=no | sed 's/^/changed since: /'; } > "$folder/pack/VERSION"
  du -sh "$folder/pack"
}

report() {
  printf '%s\n' "$1" >> "$logs/summary.txt"
}

# NAME SECONDS needed|optional COMMAND...: bounded in time, also where children keep the output open; says how it ended.
step() {
  local name=$1 seconds=$2 need=$3 status verdict start=$SECONDS left=$((limit - SECONDS)) log=$work/log
  shift 3
  if [ $left -lt 10 ]; then
    report "$name: LEFT OUT, the time is over"
    return 124
  fi
  [ "$seconds" -lt $left ] || seconds=$left
  echo "=== $name"
  timeout -k 5 "$seconds" "$@" > "$log" 2>&1
  status=$?
  tail -n 12 "$log"
  { echo "=== $name"; cat "$log"; } >> "$logs/all.log"
  [ "$name" != times ] || cp "$log" "$logs/times.log"
  case $status in
    0) verdict="passed" ;;
    77) verdict="SKIPPED" ;;
    124 | 137) verdict="STOPPED after $seconds s" ;;
    *) verdict="FAILED ($status)" ;;
  esac
  if [ "$status" = 0 ] && grep -q '^\[  SKIPPED' "$log"; then
    status=77 verdict="SKIPPED: $(sed -n 's/^\[  SKIPPED \] \([0-9]* tests*\)\..*/\1/p' "$log"), no device or none that they can use"
  fi
  [ "$status" = 0 ] || [ "$need" = optional ] || failed=1
  report "$(printf '%-24s %s, %d s' "$name" "$verdict" $((SECONDS - start)))"
  return "$status"
}

# The tests of one kind, in a process of their own: after a bad access nothing in that process works any more.
tests() {
  local name=$1 seconds=$2 filter=$3
  step "$name" "$seconds" needed ./libstip-cuda-test --gtest_brief=1 --gtest_filter="$filter"
}

# The same, and if they fail once more without graphs: that tells whose fault it is.
graph_tests() {
  tests "$@"
  case $? in
    0 | 77 | 124 | 137) ;;
    *) STIP_CUDA_GRAPHS=0 step "$1-without-graphs" "$2" optional ./libstip-cuda-test --gtest_brief=1 --gtest_filter="$3" ;;
  esac
}

sanitizer() {
  local name=$1 seconds=$2 filter=$3
  shift 3
  if command -v compute-sanitizer > /dev/null; then
    step "$name" "$seconds" needed compute-sanitizer "$@" --error-exitcode 1 \
      ./libstip-cuda-test --gtest_brief=1 --gtest_filter="$filter"
  else
    report "$name: compute-sanitizer is NOT there"
  fi
}

# Training's own programs need the libraries of PyTorch.
train_steps() {
  local torch precision
  if [ ! -e stip-train ]; then
    report "train: NOT packed"
  elif ! torch=$(timeout 40 python3 -c 'import os, torch; print(os.path.dirname(torch.__file__))' 2> /dev/null); then
    report "train: PyTorch is NOT there"
  else
    local -x LD_LIBRARY_PATH=$LD_LIBRARY_PATH:$torch/lib
    step train-same 60 needed ./libstip-torch-test --gtest_brief=1 --gtest_filter='*TrainOnDevice*:FusedCell.*OnAGpu'
    for precision in fp32 bf16; do
      step "train-$precision" 60 optional ./stip-train bench ucfsport.yaml --train 10 --device cuda \
        --set "train.precision=$precision"
    done
  fi
}

run_step() {
  local preset few='*/any_size:*/hidden_20:*/patch_4_not_folded:*/scaled_down:CudaModelTest.PredictsWhatTheCpuDoes'
  case $1 in
    device) step device 20 needed nvidia-smi ;;
    kernels) tests kernels 30 "$kernels" ;;
    streams) graph_tests streams 40 '*CudaStreamTest*:*CudaStreamInHalf*' ;;
    use) graph_tests use 30 'CudaStreamUse*' ;;
    model) graph_tests model 20 'CudaModelTest*' ;;
    times) step times 75 needed ./gpu-step-bench ;;
    module) step module 20 needed ./libstip-test --gtest_brief=1 --gtest_filter='LoadModel.RunsANetworkOnAGpu' ;;
    memcheck) sanitizer memcheck 60 "$kernels:$few" --leak-check full ;;
    racecheck) sanitizer racecheck 40 "$kernels" --tool racecheck ;;
    train) train_steps ;;
    presets)
      for preset in ucfsport human36m sjtu4k; do graph_tests "presets-$preset" 50 "*CudaPresets*/$preset*"; done ;;
    ncu)
      if command -v ncu > /dev/null; then
        # Two frames' kernels, one by one, before they are in graphs; the clocks stay as they are.
        step ncu 40 optional ncu --clock-control none --kill yes --launch-skip 140 --launch-count 130 \
          --print-summary per-kernel \
          --metrics gpu__time_duration.sum,sm__throughput.avg.pct_of_peak_sustained_elapsed,dram__throughput.avg.pct_of_peak_sustained_elapsed \
          ./gpu-step-bench cuda:0 sjtu4k fp16
      else
        report "ncu is NOT there"
      fi ;;
    torch)
      if timeout 40 python3 -c 'import torch' 2> /dev/null; then
        step torch 80 optional python3 gpu_torch_step.py --seconds 60
      else
        report "PyTorch is NOT there"
      fi ;;
    initcheck) sanitizer initcheck 30 "$kernels" --tool initcheck ;;
    synccheck) sanitizer synccheck 25 "$kernels" --tool synccheck ;;
    *) die "there is no step $1; steps: $all_steps" ;;
  esac
}

run() {
  local folder=$1 one
  shift
  [ -d "$folder/pack" ] || die "there is no $folder/pack; make it with pack"
  logs=${OUT:-$folder/logs}
  mkdir -p "$logs" || die "cannot make $logs"
  logs=$(cd "$logs" && pwd)
  cd "$folder/pack" || exit 2
  export LD_LIBRARY_PATH=$PWD${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
  local nsight
  nsight=$(printf '%s\n' /opt/nvidia/nsight-compute/* | tail -1)
  export PATH=$PATH:/usr/local/cuda/bin:$nsight
  echo "what is tested: $(cat VERSION)"
  failed=0 limit=${STIP_CHECK_SECONDS:-560} work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  : > "$logs/all.log"
  : > "$logs/summary.txt"
  # shellcheck disable=SC2086
  [ $# -gt 0 ] || set -- $all_steps
  for one in "$@"; do run_step "$one"; done
  echo "=== in short"
  cat "$logs/summary.txt"
  exit "$failed"
}

case "${1:-}" in
  pack) [ $# -ge 2 ] || die "pack needs a folder"; pack "$2" "${3:-}" ;;
  run) [ $# -ge 2 ] || die "run needs the folder that pack filled"; shift; run "$@" ;;
  *) die "say pack FOLDER or run FOLDER [STEP...]" ;;
esac
