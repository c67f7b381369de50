// What loads and stores cost where no cache answers.
#pragma once
#include <cstdint>

#include "k210/bus/bus.hpp"
#include "k210/sim/cost_model.hpp"

namespace k210 {

// Beyond the cycles of the code.
inline unsigned access_cycles(const Bus::Window& window, bool store, TimingModel model) {
    if (model == TimingModel::instructions || (window.memory && window.cached)) return 0;
    if (window.memory) return store ? cost::kUncachedStore : cost::kUncachedLoad;
    return store ? cost::kDeviceStore : cost::kDeviceLoad;
}

// The last access that no cache has answered. The engine makes two of one of 64 bits; to memory they are one transfer.
struct LastAccess {
    std::uint32_t address = 0;
    std::uint64_t instructions = 0;  // that had been counted then

    // The next one: whether it is the second half of this one.
    bool is_completed_by(const Bus::Window& window, std::uint32_t offset, unsigned size_bytes,
                         std::uint64_t instructions_now) {
        const std::uint32_t now = window.base + offset;
        const bool completed =
            window.memory && size_bytes == 4 && now % 8 == 4 && address == now - 4 && instructions == instructions_now;
        *this = {now, instructions_now};
        return completed;
    }
};

}  // namespace k210
