#include "ops/cpu/byte_kernels.h"

#include <cstdlib>
#include <cstring>

#include "ops/cpu/byte_versions.h"

namespace stip::cpu {
namespace {

struct Choice {
  ByteIsa isa;
  const char* width;  // what STIP_CPU_ISA calls it
};

const ByteKernels& choose() {
  constexpr Choice kBestFirst[] = {{ByteIsa::kAvx512Vnni, "avx512"},
                                   {ByteIsa::kAvx512, "avx512"},
                                   {ByteIsa::kAvxVnni, "avx2"},
                                   {ByteIsa::kAvx2, "avx2"}};
  const char* wanted = std::getenv("STIP_CPU_ISA");
  for (const Choice& choice : kBestFirst) {
    const ByteKernels* version = byte_kernels_for(choice.isa);
    if (version == nullptr) continue;
    if (wanted == nullptr || std::strcmp(wanted, choice.width) == 0) return *version;
  }
  return kPlainByteKernels;
}

}  // namespace

const ByteKernels* byte_kernels_for(ByteIsa isa) {
  if (isa == ByteIsa::kPlain) return &kPlainByteKernels;
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool avx2 = kernels_for(Isa::kAvx2) != nullptr,
             avx512 = kernels_for(Isa::kAvx512) != nullptr;
  switch (isa) {
    case ByteIsa::kPlain:
      break;
    case ByteIsa::kAvx2:
      return avx2 ? &kAvx2ByteKernels : nullptr;
    case ByteIsa::kAvxVnni:
      return avx2 && __builtin_cpu_supports("avxvnni") ? &kAvxVnniByteKernels : nullptr;
    case ByteIsa::kAvx512:
      return avx512 ? &kAvx512ByteKernels : nullptr;
    case ByteIsa::kAvx512Vnni:
      return avx512 && __builtin_cpu_supports("avx512vnni") ? &kAvx512VnniByteKernels : nullptr;
  }
#endif
  return nullptr;
}

const ByteKernels& byte_kernels() {
  static const ByteKernels& chosen = choose();
  return chosen;
}

}  // namespace stip::cpu
