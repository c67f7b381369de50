// The one place through which what comes from outside reaches a machine.
#pragma once
#include "k210/machine/machine.hpp"
#include "k210/session/input.hpp"

namespace k210 {

// Throws InputError when the board has no such port.
void give_to(Machine& machine, const InputAction& action);

}  // namespace k210
