#include "ops/patching.h"

namespace stip {

torch::Tensor to_patches(const torch::Tensor& pictures, int patch) {
  const int64_t height = pictures.size(-3) / patch, width = pictures.size(-2) / patch;
  const int64_t colours = pictures.size(-1);
  const auto outer = pictures.sizes().slice(0, static_cast<size_t>(pictures.dim() - 3)).vec();
  auto shape = outer;
  shape.insert(shape.end(), {patch * patch * colours, height, width});
  return pictures
      .reshape({-1, height, patch, width, patch, colours})  // [N, y, dy, x, dx, c]
      .permute({0, 2, 4, 5, 1, 3})                          // [N, dy, dx, c, y, x]
      .reshape(shape);
}

torch::Tensor from_patches(const torch::Tensor& patched, int patch) {
  const int64_t height = patched.size(-2), width = patched.size(-1);
  const int64_t colours = patched.size(-3) / (patch * patch);
  const auto outer = patched.sizes().slice(0, static_cast<size_t>(patched.dim() - 3)).vec();
  auto shape = outer;
  shape.insert(shape.end(), {height * patch, width * patch, colours});
  return patched
      .reshape({-1, patch, patch, colours, height, width})  // [N, dy, dx, c, y, x]
      .permute({0, 4, 1, 5, 2, 3})                          // [N, y, dy, x, dx, c]
      .reshape(shape);
}

}  // namespace stip
