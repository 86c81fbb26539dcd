#pragma once

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>

namespace stip::test {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kMemoryCanBeLimited = false;  // their shadow memory needs all addresses
#else
constexpr bool kMemoryCanBeLimited = true;
#endif

/// While it lives, this process gets `megabytes` more of address space and no more.
class MemoryLimit {
 public:
  explicit MemoryLimit(rlim_t megabytes) {
    getrlimit(RLIMIT_AS, &before_);
    rlim_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    rlimit limit = before_;
    limit.rlim_cur = pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE)) + (megabytes << 20);
    setrlimit(RLIMIT_AS, &limit);
  }
  ~MemoryLimit() { setrlimit(RLIMIT_AS, &before_); }
  MemoryLimit(const MemoryLimit&) = delete;
  MemoryLimit& operator=(const MemoryLimit&) = delete;

 private:
  rlimit before_{};
};

}  // namespace stip::test
