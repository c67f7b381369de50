// `k210emu fs`: the files in images of flashes and cards.
#pragma once
#include <functional>

namespace CLI {
class App;
}

namespace k210::app {

// Adds the commands. The one that the arguments name sets `chosen`, which does its work and returns the exit status.
void add_fs_commands(CLI::App& program, std::function<int()>& chosen);

}  // namespace k210::app
