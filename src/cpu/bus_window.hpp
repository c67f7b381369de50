// What a hart's addresses, which have 64 bits, reach on the bus, whose addresses have 32.
#pragma once
#include <cstdint>

#include "k210/bus/bus.hpp"

namespace k210 {

inline const Bus::Window* window_at(const Bus& bus, std::uint64_t address) {
    return address >> 32 ? nullptr : bus.find(static_cast<std::uint32_t>(address));
}

}  // namespace k210
