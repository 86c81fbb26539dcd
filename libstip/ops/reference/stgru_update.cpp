#include "ops/stgru_update.h"

namespace stip {

StgruUpdate stgru_update(const torch::Tensor& temporal_gates, const torch::Tensor& spatial_gates,
                         const torch::Tensor& temporal, const torch::Tensor& spatial) {
  const auto of_t = temporal_gates.chunk(4, 1);                    // z_T, r_T, t_T, s_T
  const auto of_s = spatial_gates.chunk(4, 1);                     // z_S, r_S, t_S, s_S
  const auto z = torch::sigmoid(of_t[0] + of_s[0] + 1.0);          // eq. 5, forget bias 1
  const auto r = torch::sigmoid(of_t[1] + of_s[1]);                // eq. 5
  const auto temporal_trend = torch::tanh(of_t[2] + r * of_s[2]);  // eq. 6
  const auto spatial_trend = torch::tanh(of_s[3] + r * of_t[3]);   // eq. 6
  return {(1 - z) * temporal_trend + z * temporal,                 // eq. 7
          (1 - z) * spatial_trend + z * spatial, r, z};
}

}  // namespace stip
