#include "interrupt.h"

#include <csignal>

namespace stip::training {
namespace {

volatile std::sig_atomic_t signal_seen = 0;

void remember(int number) {
  signal_seen = number;
  std::signal(number, SIG_DFL);  // the second one is not ours
}

}  // namespace

void catch_interrupts() {
  std::signal(SIGINT, remember);
  std::signal(SIGTERM, remember);
}

int interrupted() { return signal_seen; }

}  // namespace stip::training
