// `k210emu test`: runs scenarios.
#pragma once
#include <functional>

namespace CLI {
class App;
}

namespace k210::app {

void add_test_command(CLI::App& program, std::function<int()>& chosen);

}  // namespace k210::app
