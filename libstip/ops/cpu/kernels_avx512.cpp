#define STIP_VECTOR_FLOATS 16
#include "ops/cpu/cell_points.h"
#include "ops/cpu/convolve_row.h"
#include "ops/cpu/field_rows.h"
#include "ops/cpu/gate_update.h"
#include "ops/cpu/mix_rows.h"
#include "ops/cpu/patch_rows.h"
#include "ops/cpu/pixel_rows.h"
#include "ops/cpu/solve_cells.h"
#include "ops/cpu/tiles.h"
#include "ops/cpu/versions.h"

namespace stip::cpu {

const Kernels kAvx512Kernels = {"avx512",     convolve_row, tile_input,   tile_output, sums,
                                gate_update,  patch_row,    unpatch_row,  read_pixels, read_bytes,
                                read_vectors, lead_pixels,  mix_row,      sharpen_row, pack_pixels,
                                solve_cells,  update_cell,  cell_gradient};

}  // namespace stip::cpu
