#include "ops/cpu/kernels.h"

#include <cstdlib>
#include <cstring>
#include <initializer_list>

#include "ops/cpu/versions.h"

namespace stip::cpu {
namespace {

// What was asked for, where it can be had; else the best below it.
const Kernels& choose() {
  const char* wanted = std::getenv("STIP_CPU_ISA");
  for (const Isa isa : {Isa::kAvx512, Isa::kAvx2, Isa::kPlain}) {
    const Kernels* version = kernels_for(isa);
    if (version == nullptr) continue;
    if (wanted == nullptr || std::strcmp(wanted, version->name) == 0) return *version;
  }
  return kPlainKernels;
}

}  // namespace

const Kernels* kernels_for(Isa isa) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (isa == Isa::kAvx512) {
    const bool has = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                     __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
    return has ? &kAvx512Kernels : nullptr;
  }
  if (isa == Isa::kAvx2) {
    const bool has = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    return has ? &kAvx2Kernels : nullptr;
  }
#endif
  return isa == Isa::kPlain ? &kPlainKernels : nullptr;
}

const Kernels& kernels() {
  static const Kernels& chosen = choose();
  return chosen;
}

}  // namespace stip::cpu
