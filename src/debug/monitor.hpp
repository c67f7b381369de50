// What gdb's `monitor` asks of the machine.
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "debug/past.hpp"
#include "k210/session/session.hpp"

namespace k210::debug {

struct MonitorHost {
    std::function<Session&()> session;
    // Writes a snapshot to that file; throws InputError.
    std::function<void(const std::string& file)> save;
    std::function<Past*()> past = {};  // none, or nullptr: there is no way back
};

// What the command says, in lines; mistakes are told, too.
std::string run_monitor_command(std::string_view command, const MonitorHost& host);

}  // namespace k210::debug
