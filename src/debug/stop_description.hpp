// Where a hart is and how it came there, for people.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "k210/cpu/stop_points.hpp"
#include "k210/loader/symbols.hpp"
#include "k210/machine/machine.hpp"

namespace k210::debug {

// "hart 0 at 0.001234567 s is about to write to 0x80000a30 (counter), at 0x80000106 (work+60)"
std::string headline(Machine& machine, unsigned hart, const HartStop& stop, const SymbolTable& symbols);
// Its registers, the code around its pc and its stack, in lines.
std::string describe_stop(Machine& machine, unsigned hart, const SymbolTable& symbols);

// The stack alone, and the last access of a hart to a device.
std::string describe_stack(Machine& machine, unsigned hart, const SymbolTable& symbols);
std::string describe_last_access(const Machine& machine);

// Return addresses, the innermost first, the pc before them. By frame pointers where code keeps them; if not, the
// return address register and what on the stack follows a call, which may be left over from calls that are over.
struct StackTrace {
    std::vector<std::uint64_t> pcs;
    bool by_frame_pointers = false;
};
StackTrace stack_of(Machine& machine, unsigned hart);

}  // namespace k210::debug
