// Ends a run where something happens, and says how it came there: --break-on.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "debug/past.hpp"
#include "k210/cpu/stop_points.hpp"
#include "k210/loader/symbols.hpp"
#include "k210/machine/machine.hpp"

namespace k210::debug {

class BreakOn {
public:
    // Each of "fault", "write:ADDRESS[+LENGTH]", "read:ADDRESS[+LENGTH]", "pc:ADDRESS" or "sym:NAME"; a symbol is an
    // address, too. Throws InputError that names the one which is none of these.
    BreakOn(const std::vector<std::string>& conditions, SymbolTable symbols);

    void watch(Machine& machine) const;  // from now on
    struct Met {
        std::string what;         // in one line
        std::string description;  // registers, code, stack, and who has written there last, in lines
    };
    // To be asked after each turn of the machine. Without a past the writer is not known.
    std::optional<Met> look(Machine& machine, Past* past) const;

private:
    void add(std::string_view condition);
    std::uint64_t address_of(std::string_view text) const;
    Watchpoint watchpoint(std::string_view range, bool on_read) const;
    std::string last_writer(Machine& machine, const HartStop& access, Past* past) const;

    const SymbolTable symbols_;
    StopPoints points_;
};

}  // namespace k210::debug
