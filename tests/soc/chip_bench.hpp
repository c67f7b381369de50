// The whole chip without firmware, driven over its bus as a hart would.
#pragma once
#include <vector>

#include "soc/chip.hpp"
#include "support/device_bench.hpp"

namespace k210 {

struct SilentFlash final : SpiTarget {
    void select(bool) override {}
    std::uint32_t exchange(std::uint32_t, unsigned, unsigned) override { return 0; }
    std::uint32_t receive(unsigned, unsigned) override { return 0; }
    void dummy_clocks(unsigned) override {}
};

struct ChipBench {
    static constexpr unsigned kConsoleTxPad = 5;

    DeviceBench bench;
    SilentFlash flash;
    I2cChips i2c_chips;
    FakeSerial console;
    std::vector<Sysctl::ResetCause> reset_requests;
    Chip chip{
        bench.events, bench.log, bench.trace, {flash, i2c_chips, console, kConsoleTxPad, TimingModel::instructions}};

    ChipBench() {
        chip.on_reset_request = [this](Sysctl::ResetCause cause) { reset_requests.push_back(cause); };
        chip.reset(Sysctl::ResetCause::pin);
    }
    std::uint32_t read(std::uint32_t address) { return chip.bus.read(address, 4); }
    void write(std::uint32_t address, std::uint32_t value) { chip.bus.write(address, 4, value); }
};

}  // namespace k210
