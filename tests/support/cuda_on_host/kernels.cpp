// The GPU's kernels, compiled for the host.
#include "ops/cuda/cell_points.cu"
#include "ops/cuda/convolution.cu"
#include "ops/cuda/frame_layouts.cu"
#include "ops/cuda/gate_statistics.cu"
#include "ops/cuda/gate_update.cu"
#include "ops/cuda/pictures.cu"
