// The one place through which what comes from outside reaches a machine.
#pragma once
#include "k210/machine/machine.hpp"
#include "k210/session/input.hpp"
#include "session/scene.hpp"

namespace k210 {

// `scene` is what the machine's cameras see. Throws InputError when the board has no such port.
void give_to(Machine& machine, Scene& scene, const InputAction& action);

}  // namespace k210
