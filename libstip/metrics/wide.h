#pragma once

// Functions of plain loops over floats: twice as fast where the machine has wider registers; the
// sums are the same ones. (What chooses runs before a thread sanitizer has begun, which it does not
// survive.)
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__)
#define STIP_WIDE __attribute__((target_clones("avx2", "default")))
#else
#define STIP_WIDE
#endif
