// Loops that only wait: for the cycle counter to pass a value, for memory that nobody can change within the slice, or
// for a device register that keeps its value for a known time.
//
// One iteration is evaluated with the counter as an unknown; if every other input is the same the next time round, all
// iterations up to the first changed branch are known without running them. Skipping them is exact: registers,
// instruction counts and time end as if they had run.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "k210/cpu/hart_observer.hpp"

namespace k210 {

using Gprs = std::array<std::uint64_t, 32>;

struct PollSkip {
    std::uint64_t iterations;
    std::uint64_t instructions;  // per iteration
    Gprs gprs;                   // after the last skipped iteration
    std::uint32_t changed;       // bit n: x[n] differs from before
    PollReads reads;
};

// What surrounds the loop.
class PollWorld {
public:
    virtual ~PollWorld() = default;
    // The host bytes behind a guest range of memory; empty for devices and holes.
    virtual std::span<const std::uint8_t> memory(std::uint64_t address, std::uint32_t size_bytes) = 0;
    // A device register that is known to keep its value up to some cycle; nothing for others, which are then left
    // alone.
    struct SteadyRead {
        std::uint64_t value, until_cycle;
    };
    virtual std::optional<SteadyRead> device(std::uint64_t address, std::uint32_t size_bytes) = 0;
};

// The loop at `head`, about to be entered with `gprs` at `cycle`; one instruction takes one cycle. At most `max_cycles`
// are skipped. Nothing when this is no such loop, or when not one whole iteration can be skipped.
std::optional<PollSkip> evaluate_poll(std::uint64_t head, const Gprs& gprs, std::uint64_t cycle,
                                      std::uint64_t max_cycles, PollWorld& world);

}  // namespace k210
