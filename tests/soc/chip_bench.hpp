// The whole chip without firmware, driven over its bus as a hart would.
#pragma once
#include <vector>

#include "soc/chip.hpp"
#include "support/device_bench.hpp"

namespace k210 {

struct ChipBench {
    DeviceBench bench;
    std::vector<Sysctl::ResetCause> reset_requests;
    Chip chip{bench.events, bench.log, bench.trace, {.timing = TimingModel::instructions}};

    ChipBench() {
        chip.on_reset_request = [this](Sysctl::ResetCause cause) { reset_requests.push_back(cause); };
        chip.reset(Sysctl::ResetCause::pin);
    }
    std::uint32_t read(std::uint32_t address) { return chip.bus.read(address, 4); }
    void write(std::uint32_t address, std::uint32_t value) { chip.bus.write(address, 4, value); }
};

}  // namespace k210
