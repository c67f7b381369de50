// `k210emu flash list`, `pack` and `unpack`: packages and whole flashes, made and taken apart.
#pragma once
#include <functional>

namespace CLI {
class App;
}

namespace k210::app {

// Adds the commands to `k210emu flash`. The one that the arguments name sets `chosen`, which does its work and returns
// the exit status.
void add_flash_image_commands(CLI::App& flash, std::function<int()>& chosen);

}  // namespace k210::app
