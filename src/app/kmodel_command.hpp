// `k210emu kmodel`: commands about models, without firmware.
#pragma once
#include <functional>

namespace CLI {
class App;
}

namespace k210::app {

// Adds the commands. The one that the arguments name sets `chosen`, which does its work and returns the exit status.
void add_kmodel_commands(CLI::App& program, std::function<int()>& chosen);

}  // namespace k210::app
