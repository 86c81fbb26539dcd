#!/usr/bin/env bash
# Makes a bare Debian 12 (or newer Debian/Ubuntu) machine able to build this project: Debian packages and LibTorch.
# Safe to run again: when everything is there it changes nothing and ends within a second.
#
#   STIP_CACHE     where LibTorch is kept, outside the clone (default: ~/.cache/stip)
#   STIP_LIBTORCH  a folder with an unpacked torch 2.11 (its include/ and lib/), used instead of downloading
set -euo pipefail
shopt -s inherit_errexit # a failure inside $(...) is a failure
root=$(cd "$(dirname "$0")" && pwd)
cache=${STIP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/stip}

torch_version=2.11.0
# libtorch_cpu.so needs libcudart.so.13 and libcupti.so.13 even where there is no GPU.
cuda_wheels=(nvidia-cuda-runtime==13.0.96 nvidia-cuda-cupti==13.0.85)

packages=(
  g++ meson ninja-build ccache pkg-config git clang-format python3 python3-pip unzip ca-certificates
  libgstreamer1.0-dev libgstreamer-plugins-base1.0-dev libgstreamer-plugins-bad1.0-dev
  gstreamer1.0-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad
  gstreamer1.0-plugins-ugly gstreamer1.0-libav
  python3-gi gir1.2-gst-plugins-base-1.0
  gstreamer1.0-opencv opencv-data gir1.2-gst-rtsp-server-1.0
  libyaml-cpp-dev zlib1g-dev libpng-dev libgtest-dev libgmock-dev libcli11-dev libspdlog-dev nlohmann-json3-dev
  libbenchmark-dev libopencv-video-dev)

say() { printf 'setup: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

missing_packages() {
  local installed
  installed=$(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' "${packages[@]}" 2>/dev/null |
    awk '$1 == "ii" { print $2 }' || true)
  local p
  for p in "${packages[@]}"; do grep -qxF "$p" <<<"$installed" || echo "$p"; done
}

install_packages() {
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    local tool absent=()
    for tool in g++ meson ninja pkg-config git python3 unzip gst-launch-1.0; do
      command -v "$tool" >/dev/null || absent+=("$tool")
    done
    local pc
    for pc in gstreamer-1.0 gstreamer-video-1.0 gstreamer-app-1.0 gstreamer-check-1.0 yaml-cpp libpng gtest \
      CLI11 spdlog nlohmann_json; do
      pkg-config --exists "$pc" 2>/dev/null || absent+=("$pc (pkg-config)")
    done
    [ ${#absent[@]} -eq 0 ] || die "this is not Debian or Ubuntu; please install: ${absent[*]}"
    return
  fi
  local missing
  mapfile -t missing < <(missing_packages)
  [ ${#missing[@]} -gt 0 ] || return 0
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "not root and no sudo; please install: ${missing[*]}"
    as_root=(sudo)
  fi
  say "installing ${#missing[@]} packages: ${missing[*]}"
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# Unpacks the wheels beside each other: torch's libraries look for nvidia/cu13/lib next to torch/.
fetch_libtorch() {
  local place=$cache/libtorch-$torch_version
  if [ ! -e "$place/complete" ] || [ ! -e "$place/torch/lib/libtorch_cpu.so" ]; then
    [ "$(uname -m)" = x86_64 ] || die "LibTorch is fetched for x86_64 only; set STIP_LIBTORCH to a torch $torch_version folder"
    mkdir -p "$cache"
    # A folder of its own until it is complete, then one rename: two clones may set up at once, and an
    # interrupted download leaves nothing half made behind.
    local fresh
    fresh=$(mktemp -d "$cache/libtorch.XXXXXX")
    # shellcheck disable=SC2064 # the name as it is now
    trap "rm -rf '$fresh'" EXIT
    say "fetching LibTorch $torch_version (530 MB, once; kept in $cache)"
    python3 -m pip download -q --no-deps --only-binary=:all: --python-version 3.11 --implementation cp \
      --platform manylinux_2_28_x86_64 --platform manylinux_2_25_x86_64 \
      --platform manylinux_2_17_x86_64 --platform manylinux2014_x86_64 \
      -d "$fresh/wheels" "torch==$torch_version" "${cuda_wheels[@]}" >&2 ||
      die "LibTorch could not be downloaded (pip's reason is above); check the network, or set STIP_LIBTORCH to a torch $torch_version folder"
    local wheel
    for wheel in "$fresh"/wheels/*.whl; do
      unzip -q -o "$wheel" 'torch/include/*' 'torch/lib/*' 'nvidia/*' '*.dist-info/*' -d "$fresh" 2>/dev/null ||
        [ $? -eq 11 ] # 11: a pattern that matched nothing in this wheel
    done
    [ -e "$fresh/torch/lib/libtorch_cpu.so" ] || die "the download of LibTorch is not complete; run setup.sh again"
    rm -rf "$fresh/wheels"
    touch "$fresh/complete"
    [ -e "$place/torch/lib/libtorch_cpu.so" ] || rm -rf "$place"
    mv -T "$fresh" "$place" 2>/dev/null || [ -e "$place/complete" ] || die "could not write $place"
    trap - EXIT
    rm -rf "$fresh"
  fi
  echo "$place/torch"
}

install_packages
libtorch=${STIP_LIBTORCH:-}
if [ -n "$libtorch" ]; then
  [ -e "$libtorch/lib/libtorch_cpu.so" ] && [ -d "$libtorch/include/torch" ] ||
    die "STIP_LIBTORCH=$libtorch has no lib/libtorch_cpu.so and include/torch; give the folder of an unpacked torch $torch_version wheel"
else
  libtorch=$(fetch_libtorch)
fi
link=$root/subprojects/libtorch/torch
[ "$(readlink "$link" 2>/dev/null || true)" = "$libtorch" ] || ln -sfn "$libtorch" "$link"
say "ready: LibTorch in $libtorch"
