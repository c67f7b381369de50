// What gdb's `monitor` asks of the machine.
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "k210/session/session.hpp"

namespace k210::debug {

struct MonitorHost {
    std::function<Session&()> session;
    // Writes a snapshot to that file; throws InputError.
    std::function<void(const std::string& file)> save;
};

// What the command says, in lines; mistakes are told, too.
std::string run_monitor_command(std::string_view command, const MonitorHost& host);

}  // namespace k210::debug
