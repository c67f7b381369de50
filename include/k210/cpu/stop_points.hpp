// Where a debugger wants a hart to stop, and why it has.
#pragma once
#include <cstdint>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

namespace k210 {

struct Watchpoint {
    std::uint64_t address, size_bytes;
    bool on_read, on_write;
    bool operator==(const Watchpoint&) const = default;
};

struct StopPoints {
    std::set<std::uint64_t> pcs = {};          // before the instruction there runs
    std::vector<Watchpoint> watchpoints = {};  // before the instruction that accesses one runs
    bool on_fault = false;                     // before the trap of one is entered
    // Between two blocks, once Hart::instructions() has come to that.
    std::optional<std::uint64_t> instructions = {};
    bool empty() const { return pcs.empty() && watchpoints.empty() && !on_fault && !instructions; }
    bool operator==(const StopPoints&) const = default;
};

enum class HartStopReason : std::uint8_t { breakpoint, step, read, write, fault };

struct HartStop {
    HartStopReason reason;
    std::uint64_t pc;           // of the instruction that is about to run, to access or to trap
    std::uint64_t address = 0;  // the first to be accessed that is watched, or of a fault mtval
    std::uint64_t cause = 0;    // of a fault, mcause
};

// Registers as debuggers number them: x0 to x31, the pc, f0 to f31, CSRs by number, the mode. [doc] the numbers are
// those of gdb's riscv-tdep.h
inline constexpr unsigned kPcRegister = 32, kFirstFloatRegister = 33, kFirstCsrRegister = 65, kModeRegister = 4161;

struct NamedCsr {
    std::uint16_t number;
    std::string_view name;
};

}  // namespace k210
