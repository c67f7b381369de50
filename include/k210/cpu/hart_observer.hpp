// What a hart spends its cycles on, told to its observer. A hart without one does nothing for it.
#pragma once
#include <cstdint>
#include <optional>

#include "k210/base/units.hpp"

namespace k210 {

class Bus;
class ClockDomain;

// What a loop that only waits looks at. Several at once are possible: a flag in memory, and a deadline.
struct IdleLoopReads {
    bool counter = false;                                   // its end depends on the cycle counter
    std::optional<std::uint64_t> memory = {}, device = {};  // the last address read there
    bool operator==(const IdleLoopReads&) const = default;
};

// Where code is: its pc, and where that leads, which is elsewhere while addresses are translated.
struct CodePlace {
    std::uint64_t pc, physical_pc;
    CodePlace(std::uint64_t pc_of_both) : pc(pc_of_both), physical_pc(pc_of_both) {}
    CodePlace(std::uint64_t virtual_pc, std::uint64_t physical) : pc(virtual_pc), physical_pc(physical) {}
};

// Cycles are those of the hart's clock. Each call says what has happened up to its cycle and what comes next; what
// goes on in between belongs to what the call before has named.
class HartObserver {
public:
    virtual ~HartObserver() = default;

    virtual void attached(const ClockDomain& clock, const Bus& bus) = 0;  // both outlive the last call
    virtual void reset() = 0;
    // A turn of this hart begins and ends. From one to the next, cycle numbers may jump.
    virtual void resume(std::uint64_t cycle) = 0;
    virtual void pause(std::uint64_t cycle) = 0;
    // The clock has got another frequency; the hart had come to that time.
    virtual void clock_changed(SimTime reached) = 0;

    // Is about to run. Told again when something comes in between.
    virtual void block(CodePlace place, std::uint32_t size_bytes, std::uint64_t cycle) = 0;
    // The loop that begins at `pc` waited until that cycle, and is about to go on.
    virtual void waited_in_loop(std::uint64_t pc, const IdleLoopReads& reads, std::uint64_t cycle) = 0;
    // A block of the rounds of such a loop: told once each as it begins to wait, where rounds have several.
    virtual void repeats(CodePlace place, std::uint32_t size_bytes) = 0;
    virtual void slept(std::uint64_t cycle) = 0;  // in WFI until then
    virtual void trapped(std::uint64_t cause, CodePlace handler, std::uint64_t cycle) = 0;
    virtual void returned(std::uint64_t cycle) = 0;  // by mret
};

// A hart's load or store that a device has answered. Devices take 32 bits at once: an access of 64 is two.
struct ObservedAccess {
    unsigned hart;
    std::uint64_t pc;  // of the instruction
    std::uint32_t address;
    unsigned size_bytes;
    bool is_write;
    std::uint32_t value;
    SimTime when;  // to the block of instructions
};

// What harts do to devices, told as they do it.
class AccessObserver {
public:
    virtual ~AccessObserver() = default;

    virtual void attached(const Bus& bus) = 0;              // which outlives the last call
    virtual bool follows(std::uint32_t address) const = 0;  // whether it wants to be told of accesses there
    virtual void accessed(const ObservedAccess& access) = 0;
    // The loop that begins at `pc` has read there in each of the rounds that it was waited in until then.
    virtual void polled(unsigned hart, std::uint64_t pc, std::uint32_t address, SimTime until) = 0;
};

}  // namespace k210
