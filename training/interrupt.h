#pragma once

namespace stip::training {

/// From now on SIGINT and SIGTERM only make interrupted() true, so that a loop can save and end; a
/// second one ends the program at once.
void catch_interrupts();

/// The signal that came, 0 if none did. Any thread.
int interrupted();

}  // namespace stip::training
