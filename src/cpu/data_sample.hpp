// Looks of the data cache at where the loads and stores of a block are about to go.
#pragma once
#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <span>

#include "cpu/block_table.hpp"
#include "cpu/bus_window.hpp"
#include "cpu/data_cache.hpp"
#include "k210/bus/bus.hpp"

namespace k210 {

// Those that walk through arrays. `x(reg)` is what a register holds as the block begins, `place(address)` where an
// address lies on the bus, if anywhere. Returns the cycles that misses have taken.
template <class X, class Place>
unsigned sample_walks(DataCache& dcache, const Bus& bus, const Block& block, std::span<const std::uint8_t> code,
                      std::uint64_t cycle, const X& x, const Place& place) {
    DataCache::Addresses addresses{};
    std::size_t i = 0;
    for (const BlockOperand& operand :
         dcache.operands(block.pc, block.fingerprint, code, block.end.has(BlockEnd::pure))) {
        std::uint64_t address = static_cast<std::uint64_t>(operand.offset);
        address += x(operand.a) << operand.shift_a;
        if (operand.b) address += x(operand.b) << operand.shift_b;
        const std::optional<std::uint32_t> at = place(address);
        const Bus::Window* window = at ? bus.find(*at) : nullptr;
        if (window && window->memory && window->cached) addresses[i] = *at;
        ++i;
    }
    const unsigned cycles = dcache.sample(block.pc, block.fingerprint, cycle, addresses);
    dcache.windows().leave_out(cycles);
    return cycles;
}

// All of them, in a window.
template <class X, class Place>
void look_at_accesses(DataCache& dcache, const Bus& bus, const Block& block, std::span<const std::uint8_t> code,
                      std::uint64_t cycle, const X& x, const Place& place) {
    const AccessPlan& plan = dcache.plan(block.pc, block.fingerprint, code, block.end.has(BlockEnd::pure));
    std::array<std::uint64_t, 32> registers{};
    for (std::uint32_t left = plan.reads(); left != 0; left &= left - 1) {
        const auto reg = static_cast<unsigned>(std::countr_zero(left));
        registers[reg] = x(reg);
    }
    unsigned misses = 0;
    plan.follow(registers, bus, place, [&](std::uint32_t address, unsigned array) {
        if (dcache.access(address) != 0 && !dcache.walks(block.pc, block.fingerprint, array)) ++misses;
    });
    if (misses != 0) dcache.windows().count(cycle, block.pc, misses);
}

}  // namespace k210
