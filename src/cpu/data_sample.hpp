// One look of the data cache at where the loads and stores of a block are about to go.
#pragma once
#include <cstdint>
#include <span>

#include "cpu/block_table.hpp"
#include "cpu/bus_window.hpp"
#include "cpu/data_cache.hpp"
#include "k210/bus/bus.hpp"

namespace k210 {

// `x(reg)` is what a register holds as the block begins. Returns the cycles that misses have taken.
template <class X>
unsigned sample_block(DataCache& dcache, const Bus& bus, const Block& block, std::span<const std::uint8_t> code,
                      std::uint64_t cycle, const X& x) {
    DataCache::Addresses addresses{};
    std::size_t i = 0;
    for (const BlockOperand& operand :
         dcache.operands(block.pc, block.fingerprint, code, block.end.has(BlockEnd::pure))) {
        std::uint64_t address = static_cast<std::uint64_t>(operand.offset);
        address += x(operand.a) << operand.shift_a;
        if (operand.b) address += x(operand.b) << operand.shift_b;
        const Bus::Window* window = window_at(bus, address);
        if (window && window->memory && window->cached) addresses[i] = static_cast<std::uint32_t>(address);
        ++i;
    }
    return dcache.sample(block.pc, block.fingerprint, cycle, addresses);
}

}  // namespace k210
