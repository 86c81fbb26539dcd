#!/usr/bin/env bash
# Checks the GPU's engine on a machine with a device, which need not be able to build it:
#   tests/bench/device_check.sh pack FOLDER [ARCHITECTURE]   here: builds, for one architecture (90), what is needed
#   tests/bench/device_check.sh run FOLDER                   there, in under 8 minutes: tests, times, compute-sanitizer, PyTorch
# FOLDER/pack is then all that has to travel (12 MB): our libraries and programs, and the one library of the system
# that is not everywhere (yaml-cpp). `run` needs the NVIDIA driver; compute-sanitizer, ncu and a Python with PyTorch
# are used where they are.
set -uo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)

die() { echo "device_check: $*" >&2; exit 2; }

pack() {
  local folder=$1 architecture=${2:-90} build
  mkdir -p "$folder" || die "cannot make $folder"
  folder=$(cd "$folder" && pwd)
  build=$folder/build
  if [ ! -e "$build/build.ninja" ]; then
    meson setup "$build" "$root" -Dgpu=enabled -Dgpu_architectures="$architecture" -Dtorch=disabled \
      -Dflow=disabled -Dplugin=disabled -Dtrainer=disabled -Dexamples=disabled || die "meson setup failed"
  fi
  ninja -C "$build" || die "the build failed"
  mkdir -p "$folder/pack"
  cp "$build/libstip/libstip.so.0" "$build/libstip/libstip-cuda.so.0" \
    "$build/tests/libstip/libstip-test" "$build/tests/libstip/libstip-cuda-test" \
    "$build/tests/libstip/gpu-step-bench" "$folder/pack" || die "something was not built"
  cp "$root/tests/bench/gpu_torch_step.py" "$root/training/python/stip_model.py" "$folder/pack"
  ldd "$build/libstip/libstip.so.0" | awk '/yaml-cpp/ { print $3 }' | xargs -I{} cp {} "$folder/pack"
  du -sh "$folder/pack"
}

# NAME SECONDS COMMAND...: bounded in time; says how it ended.
step() {
  local name=$1 seconds=$2 status verdict start=$SECONDS log
  shift 2
  log=$(mktemp)
  echo "=== $name"
  timeout "$seconds" "$@" 2>&1 | tee "$log"
  status=${PIPESTATUS[0]}
  case $status in
    0) if grep -q '^\[  SKIPPED' "$log"; then verdict="SKIPPED: it found no device"; else verdict="passed"; fi ;;
    77) verdict="skipped" ;;
    124) verdict="stopped after $seconds s" ;;
    *) verdict="FAILED ($status)"; failed=1 ;;
  esac
  rm -f "$log"
  report+="$(printf '%-36s %s, %d s' "$name" "$verdict" $((SECONDS - start)))"$'\n'
}

run() {
  cd "$1/pack" || die "there is no $1/pack; make it with pack"
  export LD_LIBRARY_PATH=$PWD${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
  failed=0 report=""
  step "the device" 20 nvidia-smi
  step "tests" 100 ./libstip-cuda-test --gtest_brief=1
  step "through the module" 20 ./libstip-test --gtest_brief=1 --gtest_filter='LoadModel.RunsANetworkOnAGpu'
  step "times" 60 ./gpu-step-bench
  if command -v compute-sanitizer > /dev/null; then
    local kernels='ConvolutionTest*:FrameConvolutionTest*:GatesTest*:PicturesTest*'
    local engine='*/any_size:*/hidden_20:*/patch_4_not_folded:*/scaled_down:CudaModelTest.PredictsWhatTheCpuDoes'
    step "memcheck" 60 compute-sanitizer --error-exitcode 1 --leak-check full \
      ./libstip-cuda-test --gtest_brief=1 --gtest_filter="$kernels:$engine"
    step "racecheck" 30 compute-sanitizer --tool racecheck --error-exitcode 1 \
      ./libstip-cuda-test --gtest_brief=1 --gtest_filter="$kernels"
    step "synccheck" 25 compute-sanitizer --tool synccheck --error-exitcode 1 \
      ./libstip-cuda-test --gtest_brief=1 --gtest_filter="$kernels"
    step "initcheck" 30 compute-sanitizer --tool initcheck --error-exitcode 1 \
      ./libstip-cuda-test --gtest_brief=1 --gtest_filter="$kernels"
  else
    report+="compute-sanitizer is not there: nothing checked with it"$'\n'
  fi
  if command -v ncu > /dev/null; then
    # Two frames' kernels, one by one, before they are in graphs.
    step "kernels of a 4K step" 40 ncu --launch-skip 140 --launch-count 130 --print-summary per-kernel \
      --metrics gpu__time_duration.sum,sm__throughput.avg.pct_of_peak_sustained_elapsed,dram__throughput.avg.pct_of_peak_sustained_elapsed \
      ./gpu-step-bench cuda:0 sjtu4k fp16
  fi
  if python3 -c 'import torch' 2> /dev/null; then
    step "the same step in PyTorch" 80 python3 gpu_torch_step.py --seconds 60
  fi
  echo "=== in short"
  printf '%s' "$report"
  exit "$failed"
}

case "${1:-}" in
  pack) [ $# -ge 2 ] || die "pack needs a folder"; pack "$2" "${3:-}" ;;
  run) [ $# -ge 2 ] || die "run needs the folder that pack filled"; run "$2" ;;
  *) die "say pack FOLDER or run FOLDER" ;;
esac
