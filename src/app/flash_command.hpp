// k210emu flash: a flashing tool of the user's writes an emulated board's flash.
#pragma once
#include <functional>

namespace CLI {
class App;
}

namespace k210::app {

void add_flash_command(CLI::App& program, std::function<int()>& command);

}  // namespace k210::app
