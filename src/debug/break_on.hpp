// Ends a run where something happens, and says how it came there: --break-on.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "debug/past.hpp"
#include "k210/base/log.hpp"
#include "k210/cpu/stop_points.hpp"
#include "k210/loader/symbols.hpp"
#include "k210/machine/machine.hpp"

namespace k210::debug {

class BreakOn {
public:
    // Each of "fault", "stub", "guest_error", "reset", "write:ADDRESS[+LENGTH]", "read:ADDRESS[+LENGTH]", "pc:ADDRESS"
    // or "sym:NAME"; a symbol is an address, too. Throws InputError that names the one which is none of these.
    BreakOn(const std::vector<std::string>& conditions, SymbolTable symbols);

    void watch(Machine& machine) const;  // from now on
    void listen(Log& log, std::function<Machine&()> machine);
    struct Met {
        std::string what;         // in one line
        std::string description;  // registers, code, stack and what was accessed last, in lines
    };
    // To be asked after each turn of the machine. Without a past, less is told.
    std::optional<Met> look(Machine& machine, Past* past);

private:
    struct Event {
        std::string what;
        std::optional<DeviceAccess> access;  // that has led to it
    };
    void note(LogKind kind, std::string_view source, std::string_view message, Machine& machine);
    std::optional<Met> look_now(Machine& machine, Past* past);
    Met describe_hit(Machine& machine, unsigned hart, const HartStop& stop, Past* past) const;
    Met describe_event(Machine& machine, const Event& event, Past* past) const;
    std::string last_writer(Machine& machine, std::uint64_t address, std::uint64_t size_bytes, Past* past) const;
    void add(std::string_view condition);
    std::uint64_t address_of(std::string_view text) const;
    Watchpoint watchpoint(std::string_view range, bool on_read) const;
    std::string last_writer(Machine& machine, const HartStop& access, Past* past) const;

    const SymbolTable symbols_;
    StopPoints points_;
    bool on_stub_ = false, on_guest_error_ = false, on_reset_ = false;
    std::optional<Event> event_;
    bool looking_back_ = false;
};

}  // namespace k210::debug
