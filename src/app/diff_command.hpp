// `k210emu diff`: what two runs have left, compared.
#pragma once
#include <functional>

namespace CLI {
class App;
}

namespace k210::app {

// As add_fs_commands().
void add_diff_command(CLI::App& program, std::function<int()>& chosen);

}  // namespace k210::app
