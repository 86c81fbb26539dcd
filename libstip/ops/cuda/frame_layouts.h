#pragma once

#include <cuda_runtime.h>

#include "ops/cuda/frame_source.h"
#include "stip/device_frame.h"

namespace stip::cuda {

/// A user's picture to a packed one of the same size: red, green and blue become colours 0, 1, 2 of
/// `to`. Chroma is interpolated as GStreamer's converter does it, so that a picture is the same one
/// whether it comes through the host's memory or not.
void unpack_frame(const DeviceFrame& from, const MutablePicture& to, cudaStream_t stream);

/// The other way. The fourth component, where `to` has one, is copied from `newest`, where that has
/// one too.
void pack_frame(const Picture& from, const DeviceFrame& newest, const DeviceFrame& to,
                cudaStream_t stream);

}  // namespace stip::cuda
